package main

import (
	"strings"
	"testing"

	"github.com/tokentray/tokentray/test/canary"
)

func TestShow(t *testing.T) {
	const passing = `{"Action":"output","Package":"p","Test":"TestA","Output":"    a_test.go:1: fine\n"}
{"Action":"pass","Package":"p","Test":"TestA"}
{"Action":"output","Package":"p","Output":"ok  \tp\t0.1s\n"}
{"Action":"pass","Package":"p"}
`
	for _, row := range []struct{ what, in, shown, trouble string }{
		{"a pass is one line", passing, "ok  \tp\t0.1s\n", ""},
		{
			"a failure is shown whole", `{"Action":"output","Package":"p","Test":"TestB","Output":"    b_test.go:1: got 1, want 2\n"}
{"Action":"output","Package":"p","Test":"TestB","Output":"--- FAIL: TestB\n"}
{"Action":"fail","Package":"p","Test":"TestB"}
{"Action":"output","Package":"p","Output":"FAIL\tp\t0.1s\n"}
{"Action":"fail","Package":"p"}
`, "    b_test.go:1: got 1, want 2\n--- FAIL: TestB\nFAIL\tp\t0.1s\nTestB: b_test.go:1: got 1, want 2\n", "2 tests and packages failed, 0 tests passed",
		},
		{
			"a test that never ended", `{"Action":"output","Package":"p","Test":"TestC","Output":"panic: test timed out\n"}
{"Action":"output","Package":"p","Output":"FAIL\tp\t600s\n"}
{"Action":"fail","Package":"p"}
`, "panic: test timed out\nFAIL\tp\t600s\n", "1 tests and packages failed, 0 tests passed",
		},
		{
			"code that doesn't compile", `{"ImportPath":"p","Action":"build-output","Output":"a.go:1: undefined: x\n"}
{"Action":"output","Package":"p","Output":"FAIL\tp [build failed]\n"}
{"Action":"fail","Package":"p"}
`, "a.go:1: undefined: x\nFAIL\tp [build failed]\n", "1 tests and packages failed, 0 tests passed",
		},
		{"nothing ran", `{"Action":"output","Package":"p","Output":"ok  \tp\t0.1s [no tests to run]\n"}` + "\n", "ok  \tp\t0.1s [no tests to run]\n", "no test ran"},
		{
			"a secret in a passing test's output", `{"Action":"output","Package":"p","Test":"TestD","Output":"got ` + canary.Word + `token\n"}
` + passing, "ok  \tp\t0.1s\n", "a test secret stands in the output of p TestD",
		},
		{
			"a secret in a script's own words", `{"Action":"output","Package":"p","Test":"TestD","Output":"        > stdout ` + canary.Word + `token\n"}
` + passing, "ok  \tp\t0.1s\n", "",
		},
	} {
		t.Run(row.what, func(t *testing.T) {
			var shown strings.Builder
			trouble := ""
			if err := show(strings.NewReader(row.in), &shown); err != nil {
				trouble = err.Error()
			}
			if shown.String() != row.shown {
				t.Errorf("shown %q, want %q", shown.String(), row.shown)
			}
			if trouble != row.trouble {
				t.Errorf("trouble %q, want %q", trouble, row.trouble)
			}
		})
	}
}
