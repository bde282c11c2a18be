package agent_test

import (
	"reflect"
	"strconv"
	"testing"
	"time"

	"github.com/tokentray/tokentray/auth"
)

// full makes a T with every field set to something else, nested ones too. Values
// that a separator could break hold line ends and NULs.
func full[T any](t *testing.T) T {
	t.Helper()
	var v T
	fillIn(t, reflect.ValueOf(&v).Elem())
	return v
}

func fillIn(t *testing.T, v reflect.Value) {
	t.Helper()
	f := filler{t: t}
	f.fill(v, v.Type().String())
}

type filler struct {
	t *testing.T
	n int64
}

func (f *filler) fill(v reflect.Value, path string) {
	f.n++
	text := "canary-" + strconv.FormatInt(f.n, 10) + "\r\n\x00\"{é"
	switch v.Interface().(type) {
	case time.Time:
		v.Set(reflect.ValueOf(time.Date(2026, 11, 22, 9, 14, 52, int(f.n), time.UTC)))
		return
	case auth.Secret:
		v.Set(reflect.ValueOf(auth.NewSecret(text + "\xff\xfe"))) // not UTF-8
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(text)
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(f.n << 33)
	case reflect.Uint64:
		v.SetUint(1<<63 + uint64(f.n)) // a float64 would lose it
	case reflect.Uint8:
		v.SetUint(uint64(f.n % 256))
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		f.fill(v.Elem(), path)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		f.fill(v.Index(0), path)
		f.fill(v.Index(1), path)
	case reflect.Map:
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		f.fill(key, path)
		f.fill(value, path)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(key, value)
	case reflect.Struct:
		for i := range v.NumField() {
			field := v.Type().Field(i)
			if v.Type() == reflect.TypeFor[auth.Error]() && field.Name == "Cause" {
				continue // stays where it is, as auth.Error says
			}
			f.fill(v.Field(i), path+"."+field.Name)
		}
	default:
		f.t.Fatalf("%s: no way to fill a %s", path, v.Type())
	}
}
