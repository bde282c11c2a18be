package oauth

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

// BenchmarkTokenAnswer reads a token answer of 4 KB, as large as those with two JWTs
// are. Target: 40 µs.
func BenchmarkTokenAnswer(b *testing.B) {
	body := fmt.Appendf(nil, `{"access_token":"canary-%s","token_type":"Bearer","expires_in":3600,"refresh_token":"canary-%s","id_token":"canary-%s","scope":"openid profile"}`,
		strings.Repeat("a", 1900), strings.Repeat("r", 300), strings.Repeat("i", 1700))
	h := heard{
		status: http.StatusOK, body: body, asked: time.Unix(1e9, 0),
		header: http.Header{"Content-Type": {"application/json"}, "Date": {"Sun, 09 Sep 2001 01:46:40 GMT"}},
	}
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		if _, ok := readAnswer(h, " "); !ok {
			b.Fatal("the answer was not read")
		}
	}
}
