package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"oped/app"
	"oped/internal/newstest"
	"oped/internal/testkit"
	"oped/parse"
	"oped/text"
)

// TestUpdatedInTheFeed: subscribers get every edit; the atom:updated of its entry stays through a typing error and
// moves once for a correction.
func TestUpdatedInTheFeed(t *testing.T) {
	testkit.NotShort(t)
	paper := newstest.New(t)
	items := newstest.Items("https://paper.example", 0, 2)
	config := testkit.WriteConfig(
		t, "fetch: {spacing: 0s, allow_private: [127.0.0.0/8]}\npublish: {dir: public}\n"+
			"feeds: [{name: paper, url: \""+paper.URL+"/feed\"}]\neditions: {all: {full: true}}\n")
	now := time.Now()
	read := func(html string) (updated time.Time, body string) {
		t.Helper()
		items[1].HTML = html
		paper.Edition("/feed", "The Paper", items...)
		now = now.Add(time.Hour)
		var said bytes.Buffer
		a := &cli{stdin: strings.NewReader(""), stdout: &said, stderr: &said, getenv: func(string) string {
			return ""
		}, now: func() time.Time { return now }}
		if code := a.main(t.Context(), []string{"--config", config, "--quiet", "once", "--all"}); code != exitDone {
			t.Fatalf("exit %d: %s", code, said.String())
		}
		feed, err := os.ReadFile(filepath.Join(filepath.Dir(config), "public", "all.atom"))
		if err != nil {
			t.Fatal(err)
		}
		got, err := parse.Document(t.Context(), parse.Input{Body: feed, URL: "http://127.0.0.1/all.atom"})
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range got.Entries {
			if e.Title == items[1].Title {
				return e.Updated, e.Content + e.Summary
			}
		}
		t.Fatalf("it is not in the feed:\n%s", feed)
		return
	}
	text := newstest.Words(1, 60)
	first, _ := read("<p>" + text + "</p>")
	typo, body := read("<p>" + strings.Replace(text, "word1x7", "wodr1x7", 1) + "</p>")
	if !typo.Equal(first) || !strings.Contains(body, "wodr1x7") {
		t.Errorf("a typing error moved it from %v to %v, and reads %q", first, typo, body)
	}
	corrected, body := read("<p>" + text + "</p><p>Correction: It was ten.</p>")
	if !corrected.After(first) || !strings.Contains(body, "It was ten") {
		t.Errorf("a correction left it at %v (first %v), and reads %q", corrected, first, body)
	}
	if again, body := read("<p>" + text + "</p><p>Correction: it was ten!</p>"); !again.Equal(corrected) ||
		!strings.Contains(body, "ten!") {
		t.Errorf("the same correction moved it from %v to %v, and reads %q", corrected, again, body)
	}
}

// TestMarked: a diff shows the changes, with enough words around to find the place.
func TestMarked(t *testing.T) {
	long := strings.TrimSpace(strings.Repeat("word ", 40))
	for _, c := range []struct{ before, after, want string }{
		{"the river runs", "the river ran", "the river [-runs-]{+ran+}"},
		{
			long + " runs " + long, long + " ran " + long,
			"… word word word word word word [-runs-]{+ran+} word word word word word word …"},
		{
			"a " + long + " b", "x " + long + " y",
			"[-a-]{+x+} word word word word word word … word word word word word word [-b-]{+y+}"},
		{"One.\n\nTwo.", "One.\n\nTwo.\n\nThree.", "One. ¶ Two.{+ ¶ Three.+}"},
		{"red \x1b[31m", "blue \x1b[31m", "[-red-]{+blue+} [31m"},
	} {
		if got := marked(editsOf(c.before, c.after)); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

func editsOf(before, after string) (all []app.Edit) {
	for _, e := range text.Diff(before, after) {
		switch e.Op {
		case text.Removed:
			all = append(all, app.Edit{Op: "removed", Text: before[e.Before[0]:e.Before[1]]})
		case text.Added:
			all = append(all, app.Edit{Op: "added", Text: after[e.After[0]:e.After[1]]})
		default:
			all = append(all, app.Edit{Op: "kept", Text: after[e.After[0]:e.After[1]]})
		}
	}
	return all
}
