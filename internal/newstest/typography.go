package newstest

import (
	"cmp"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// typeset writes a text with other characters of the same meaning. It applies at least one of the ways, usually
// several.
func (s *source) typeset(t *Text) string {
	dashes := strings.NewReplacer(" — ", "—", "—", " – ", " – ", " -- ", "–", "-", "-", "‑", "…", "...")
	ways := []func(string) string{quotes, dashes.Replace, s.spaces, s.invisible, norm.NFD.String}
	if t.Lang == "ur" {
		ways = append(ways, strings.NewReplacer("ی", "ي", "ک", "ك", "ہ", "ه", "ۂ", "ۀ").Replace, presentationForms)
	} else {
		ways = append(ways, strings.NewReplacer("ffi", "ﬃ", "ffl", "ﬄ", "fi", "ﬁ", "fl", "ﬂ", "ff", "ﬀ").Replace)
	}
	body := t.Body
	for i, at := range s.rand.Perm(len(ways)) {
		if i == 0 || s.rand.IntN(2) == 0 {
			body = ways[at](body)
		}
	}
	return body
}

func quotes(s string) string {
	if strings.ContainsAny(s, "“”‘’") {
		return strings.NewReplacer("“", `"`, "”", `"`, "‘", "'", "’", "'").Replace(s)
	}
	return strings.NewReplacer(` "`, " “", `"`, "”", " '", " ‘", "'", "’").Replace(s)
}

// spaces replaces spaces by no-break, thin and double ones.
func (s *source) spaces(text string) string {
	signs := []string{"\u00a0", "  ", "\u202f", " \u00a0", "\u2009"}
	var b strings.Builder
	for _, r := range text {
		if r == ' ' && s.rand.IntN(2) == 0 {
			b.WriteString(some(s, signs))
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// invisible inserts invisible characters after spaces and into words.
func (s *source) invisible(text string) string {
	var b strings.Builder
	after := ' '
	for _, r := range text {
		if unicode.IsLower(r) && unicode.IsLower(after) && s.rand.IntN(40) == 0 {
			b.WriteRune(some(s, []rune{'\u00ad', '\u200c', '\u2060', '\ufeff'}))
		}
		b.WriteRune(r)
		if r == ' ' && s.rand.IntN(20) == 0 {
			b.WriteRune(some(s, []rune{'\u200b', '\u200e', '\u200f', '\ufeff'}))
		}
		after = r
	}
	return b.String()
}

// presentationForms writes letters in the forms of old programs.
func presentationForms(s string) string {
	forms := map[rune]rune{}
	for form := rune(0xfb50); form <= 0xfefc; form++ {
		if letter := []rune(norm.NFKC.String(string(form))); len(letter) == 1 && letter[0] != form &&
			unicode.IsLetter(letter[0]) {
			forms[letter[0]] = form
		}
	}
	return strings.Map(func(r rune) rune { return cmp.Or(forms[r], r) }, s)
}
