package fonts_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/tokentray/tokentray/assets/fonts"
)

func TestTheFontsTravelWithTheirLicence(t *testing.T) {
	for name, font := range map[string][]byte{"regular": fonts.Regular(), "medium": fonts.Medium(), "semibold": fonts.SemiBold()} {
		if !bytes.HasPrefix(font, []byte("OTTO")) { // OpenType with CFF outlines
			t.Errorf("%s is no OpenType font", name)
		}
	}
	if l := fonts.License(); !strings.Contains(l, "SIL OPEN FONT LICENSE") || !strings.Contains(l, "The Inter Project Authors") {
		t.Errorf("the licence is %q", l)
	}
}
