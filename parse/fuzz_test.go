package parse_test

import (
	"net/url"
	"testing"
	"unicode/utf8"

	"oped/parse"
)

// checkResult holds what is true of every result, whatever the document was.
func checkResult(t *testing.T, got parse.Result) {
	t.Helper()
	checkText(t, got.Document.Title, got.Document.Rights, got.Document.ID, got.Document.Lang)
	checkURL(t, got.Document.SiteURL)
	for _, e := range got.Entries {
		checkText(t, e.ID, e.Title, e.Summary, e.Content, e.Rights, e.Source, e.Lang)
		checkText(t, e.Categories...)
		checkURL(t, e.URL)
		for _, a := range e.Authors {
			checkText(t, a.Name, a.Email)
			checkURL(t, a.URL)
		}
		if e.Hash == [32]byte{} {
			t.Error("an entry has no hash")
		}
	}
}

func checkText(t *testing.T, all ...string) {
	t.Helper()
	for _, s := range all {
		if !utf8.ValidString(s) {
			t.Errorf("%q is no UTF-8", s)
		}
		for _, r := range s {
			if r < 0x20 && r != '\t' && r != '\n' && r != '\r' || r == 0xfffe || r == 0xffff {
				t.Errorf("%q holds the character %U", s, r)
			}
		}
	}
}

func checkURL(t *testing.T, s string) {
	t.Helper()
	checkText(t, s)
	if s == "" {
		return
	}
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil {
		t.Errorf("%q is no address of a page", s)
	}
}
