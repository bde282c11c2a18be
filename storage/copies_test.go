package storage_test

import (
	"testing"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/storage/vaulttest"
)

// What is read is a copy. A slice of the file's memory would crash whoever looks at
// it after the file was mapped anew or closed, or show them what lies there now. (The
// race detector's builds check pointers as well.)
func TestWhatWasReadOutlivesTheFile(t *testing.T) {
	dir := t.TempDir()
	v := filled(t, sealedIn(dir), passphrase, 1, 2)
	must(t, v.PutTold(fixtureTold))
	want := samples(1, 2)
	want.Told = fixtureTold
	_, _, wantGrant := vaulttest.Sample(1)

	kept, err := v.Contents()
	must(t, err)
	g, err := v.Grant("a1")
	must(t, err)
	must(t, v.Fill(500, func(n int) (auth.Account, auth.Client, auth.Grant) { return vaulttest.Sample(n + 10) }))
	wide := wantGrant
	for n := range 20 { // over and over, so that the old pages are used again
		wide.Generation++
		wide.RefreshToken = tokenOf(auth.Generation(n))
		must(t, v.PutGrant("a1", wide.Generation-1, wide))
	}
	compare := func(when string) {
		t.Helper()
		if diff := vaulttest.Differ(kept, want); diff != "" {
			t.Errorf("%s: %s", when, diff)
		}
		if !g.RefreshToken.Equal(wantGrant.RefreshToken) || !g.AccessToken.Equal(wantGrant.AccessToken) || !g.IDToken.Equal(wantGrant.IDToken) {
			t.Errorf("%s: the grant of generation %d has other tokens than it had", when, g.Generation)
		}
	}
	compare("after the file has grown")
	must(t, v.Close()) // its memory is gone
	compare("after it was closed")
}
