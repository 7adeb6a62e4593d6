package text

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestWrap(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"", ""},
		{"a bc", "a bc"},
		{"  one two three", "  one two\n  three"},
		{"پاکستان اور امریکہ", "پاکستان\n  اور\n  امریکہ"},
		{"a verylongword b", "a\n  verylongword\n  b"},
		{"  verylongword b", "  verylongword\n  b"},
		{"a bcd  efgh ", "a bcd\n  efgh"},
	} {
		if got := Wrap(c.in, 9, "  "); got != c.want {
			t.Errorf("%q: %q, want %q", c.in, got, c.want)
		}
	}
	for line := range strings.Lines(Wrap(strings.Repeat("word and other ", 40), 80, "    ")) {
		if n := utf8.RuneCountInString(strings.TrimRight(line, "\n")); n > 80 {
			t.Errorf("%d characters: %q", n, line)
		}
	}
}
