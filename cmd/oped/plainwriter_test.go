package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"oped/internal/newstest"
	"oped/internal/testkit"
)

// controls are forbidden in output: C0 and C1, and all controls of direction.
func controls(s string) (found []string) {
	for i, r := range s {
		if r < ' ' && r != '\n' && r != '\t' || 0x7f <= r && r < 0xa0 ||
			strings.ContainsRune(
				"\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u2028\u2029", r) {
			found = append(found, fmt.Sprintf("%U in %q", r, s[max(0, i-20):min(len(s), i+20)]))
		}
	}
	return found
}

// TestS16_OutputHasNoControls: every command showing a piece or a feed escapes controls,
// in tables, JSON and the log.
func TestS16_OutputHasNoControls(t *testing.T) {
	const evil = "Red \u009b31m \u202eevil\u202c \u2066x\u2069 \u200f\u200e\u061c \u0085 \u2028 \x7f end"
	const urdu = "پاکستان\u200cمیں \u200dرائے"
	paper := newstest.New(t)
	items := newstest.Items("https://paper.example", 0, 3)
	for i := range items {
		items[i].Title, items[i].Author = fmt.Sprint(evil, " water ", urdu, " ", i), evil
		items[i].HTML = "<p>" + evil + " " + items[i].HTML + "</p>"
	}
	paper.Edition("/feed", evil, items...)
	path := testkit.WriteConfig(
		t, "fetch: {spacing: 0s, allow_private: [127.0.0.0/8]}\ntopics: {rivers: {score: {water: 1}, threshold: 1, "+
			"review: 0.5}}\neditions: {all: {kinds: [opinion, editorial, letter, analysis, news]}}\n"+
			"feeds: [{name: paper, url: '"+paper.URL+"/feed', publisher: \"Paper \\e[31m \\x9b31m \\u202e\"}, "+
			"{name: lost, url: \""+paper.URL+"/\\u202elost\"}]\n")
	_, log, _ := runOped(t, t.Context(), "--config", path, "once")
	_, logJSON, _ := runOped(t, t.Context(), "--config", path, "--log", "json", "feeds", "fetch", "lost")
	all := log + logJSON
	document := filepath.Join(filepath.Dir(path), "ctl.xml")
	must(t, os.WriteFile(document, newstest.RSS(evil, items...), 0o600))
	shown := 0
	for _, args := range [][]string{
		{"feeds"}, {"feeds", "paper"}, {"feeds", "lost"}, {"feeds", "--json"}, {"piece", "show", "1"},
		{"piece", "show", "1", "--json"}, {"explain", "1"}, {"explain", "1", "--json"},
		{"piece", "versions", "1"}, {"topic", "coverage", "rivers"}, {"topic", "coverage", "rivers", "--json"},
		{"topic", "queue", "rivers"}, {"topic", "diff"}, {"piece", "show", "\u202enone\x1b"},
		{"nonsense\u009b31m"}, {"export", "feeds"}, {"export", "editions"}, {"parse", document},
		{"parse", "--json", document},
	} {
		stdout, stderr, _ := runOped(t, t.Context(), append([]string{"--config", path}, args...)...)
		all += stdout + stderr
		if strings.Contains(strings.Join(args, " "), "--json") && stdout != "" {
			var v any
			if err := json.Unmarshal([]byte(stdout), &v); err != nil {
				t.Errorf("%q: %v in %.300s", args, err, stdout)
			}
			if strings.Contains(stdout, `\u202eevil`) && !strings.Contains(fmt.Sprint(v), "\u202eevil") {
				t.Errorf("%q: the value is another one", args)
			}
		}
		if strings.Contains(stdout, `\u202eevil`) {
			shown++
		}
	}
	if shown < 6 {
		t.Errorf("the title is shown %d times", shown)
	}
	if !strings.Contains(all, urdu) {
		t.Error("Urdu is not shown as it is written")
	}
	if found := controls(all); len(found) > 0 {
		t.Errorf("%d controls: %s", len(found), found[:min(len(found), 12)])
	}
}

// TestS16_AddedFeedIsPlainText: its title is written and printed as plain text in one
// line.
func TestS16_AddedFeedIsPlainText(t *testing.T) {
	paper := newstest.New(t)
	paper.Serve(
		"/feed", newstest.Answer{ContentType: "application/rss+xml",
			Body: []byte(
				"<rss version=\"2.0\"><channel><title>&lt;img src=x onerror=alert(1)&gt;\u009b31mRed\n- x \u202e | " +
					"Y</title>" +
					"<link>javascript:alert(1)</link><language>en\n" +
					"x</language><item><title>x</title></item></channel></rss>")})
	path := testkit.WriteConfig(t, "fetch: {spacing: 0s, allow_private: [127.0.0.0/8]}\nfeeds: []\neditions: {all: {}}\n")
	out := mustOped(t, "--config", path, "feeds", "add", paper.URL+"/feed")
	if !strings.HasPrefix(out, "added 31mred-x (31mRed - x | Y), with 1 entry from its first fetch\n") ||
		len(controls(out)) > 0 || strings.Contains(out, "\\u") {
		t.Errorf("%q", out)
	}
	written, err := os.ReadFile(path)
	if err != nil || len(controls(string(written))) > 0 || strings.Contains(string(written), "javascript") {
		t.Errorf("%v %q", err, written)
	}
	mustOped(t, "--config", path, "--quiet", "once")
	mustOped(t, "--config", path, "check")
}

// TestS16_SplitCharacters: splitting a text anywhere gives the same output.
func TestS16_SplitCharacters(t *testing.T) {
	const text = "a\u009bb \u202e پاکستان\u200cمیں 😀 \xff\x9b é\n\ttab\x1b[0m\xe2\x80"
	const want = `a\u009bb \u202e ` + "پاکستان\u200cمیں 😀 \ufffd\ufffd é\n\ttab" + `\u001b[0m` + "\ufffd"
	for size := 1; size <= len(text); size++ {
		var b bytes.Buffer
		v := plainly(&b).(*plainWriter)
		for i := 0; i < len(text); i += size {
			part := text[i:min(len(text), i+size)]
			if n, err := io.WriteString(v, part); n != len(part) || err != nil {
				t.Fatal(n, err)
			}
		}
		v.end()
		if b.String() != want {
			t.Fatalf("in parts of %d: %q, want %q", size, b.String(), want)
		}
	}
}

// FuzzPlainWriter: no control comes through, the output is bounded, and JSON keeps its value.
func FuzzPlainWriter(f *testing.F) {
	f.Add("a\u009b31m\u202e\x1b", 3)
	f.Fuzz(func(t *testing.T, text string, cut int) {
		var b bytes.Buffer
		v := plainly(&b).(*plainWriter)
		cut = max(0, min(len(text), cut))
		io.WriteString(v, text[:cut])
		io.WriteString(v, text[cut:])
		v.end()
		if found := controls(b.String()); len(found) > 0 || !utf8.ValidString(b.String()) || b.Len() > 6*len(text) {
			t.Errorf("%q: %q", text, b.String())
		}
		b.Reset()
		enc := json.NewEncoder(v)
		enc.SetEscapeHTML(false)
		if err := enc.Encode(text); err != nil {
			t.Fatal(err)
		}
		var back string
		if err := json.Unmarshal(b.Bytes(), &back); err != nil || utf8.ValidString(text) && back != text {
			t.Errorf("%q came back as %q: %v", text, back, err)
		}
	})
}
