package main

import (
	"bytes"
	"encoding/json"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"oped/internal/newstest"
	"oped/internal/testkit"
)

// TestQuietPrintsEachFailureOnce: a run that needs nobody is silent; a failure is printed when it begins, when it
// changes, and when it returns.
func TestQuietPrintsEachFailureOnce(t *testing.T) {
	testkit.NotShort(t)
	paper := newstest.New(t)
	paper.Edition("/good", "The Paper", newstest.Items("https://paper.example", 0, 2)...)
	config := testkit.WriteConfig(t, "fetch: {spacing: 0s, allow_private: [127.0.0.0/8]}\neditions: {all: {}}\n"+
		"feeds: [{name: good, url: \""+paper.URL+"/good\"}, {name: bad, url: \""+paper.URL+"/bad\"}]\n")
	status := func(code int) func() {
		return func() { paper.Serve("/bad", newstest.Answer{Status: code}) }
	}
	works := func() { paper.Edition("/bad", "Bad", newstest.Items("https://bad.example", 0, 1)...) }
	same := func() {}
	for i, step := range []struct {
		change func()
		want   string // of the one printed line; "": silence
	}{
		{works, ""},
		{works, ""},
		{status(404), "status=404"},
		{same, ""},
		{same, ""},
		{status(403), "status=403"},
		{status(500), ""}, // it is known to fail
		{same, ""},
		{works, ""},
		{status(429), ""},
		{works, ""},
		{status(500), ""}, // it may pass
		{func() { paper.Serve("/bad", newstest.Answer{Body: []byte("<html>")}) }, "kind=not_feed"},
		{same, ""},
		{status(410), "kind=gone"},
		{same, ""},
	} {
		step.change()
		out, said, code := runOped(t, t.Context(), "--config", config, "--quiet", "once", "--all")
		if code != exitDone || out != "" || !strings.Contains(said, step.want) ||
			strings.Count(said, "\n") != min(len(step.want), 1) {
			t.Errorf("step %d: exit %d: %q, %q; want %q", i, code, out, said, step.want)
		}
	}
}

// TestJSONLogIsNothingElse: whatever goes wrong, standard error has lines of JSON only.
func TestJSONLogIsNothingElse(t *testing.T) {
	config := testkit.WriteConfig(t, "editions: {all: {}}\nfeeds:\n  - {name: a, url: \"https://me:x@a.example/\"}\n")
	must(t, os.Chmod(config, 0o644))
	wrong := testkit.WriteConfig(t, "lisen: x\nfeeds:\n  - {url: ftp://a}\n")
	for _, args := range [][]string{
		{"check", "--config", wrong},
		{"check", "--config", config},
		{"feeds", "--config", config},
		{"feeds", "nothing", "--config", config},
		{"check", "--config", "none.yaml"},
		{"nothing"},
		{"--nothing", "check"},
		{"topic", "nothing"},
		{"explain"},
		{"import", "none.opml", "--config", config},
	} {
		for _, format := range [][]string{{"--log", "json"}, {"--log=json"}} {
			_, said, _ := runOped(t, t.Context(), append(args, format...)...)
			if said == "" {
				t.Errorf("%q: nothing", args)
			}
			for line := range strings.Lines(said) {
				var record struct{ Time, Level, Msg string }
				if err := json.Unmarshal([]byte(line), &record); err != nil || record.Msg == "" || record.Level == "" ||
					record.Time == "" {
					t.Errorf("%q: %s: %v", args, line, err)
				}
			}
		}
	}
}

// TestStandardLoggerWritesToOurLog: net/http prints "Unsolicited response received on idle HTTP channel" there.
func TestStandardLoggerWritesToOurLog(t *testing.T) {
	for _, format := range []string{"json", "text"} {
		for _, quiet := range []bool{false, true} {
			var said bytes.Buffer
			a := &cli{stderr: &said, std: log.New(os.Stderr, "", 0), logFormat: format, quiet: quiet}
			_, err := a.newLog()
			must(t, err)
			a.std.Printf("Unsolicited response received on idle HTTP channel starting with %q", "x")
			if lines := strings.Count(said.String(), "\n"); quiet != (lines == 0) ||
				!quiet && !strings.Contains(said.String(), `INFO`) ||
				!quiet && format == "json" && !json.Valid(said.Bytes()) {
				t.Errorf("%s, quiet %v: %s", format, quiet, &said)
			}
		}
	}
}

// TestReadmeCronLine runs the line of the README as cron does: with a short PATH, and the home directory of the user.
func TestReadmeCronLine(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	must(t, err)
	_, line, _ := strings.Cut(string(readme), "\n$ (crontab -l")
	line, _, ok := strings.Cut("(crontab -l"+line, "\n")
	if !ok {
		t.Fatal("README.md has no line for cron")
	}
	self, err := os.Executable()
	must(t, err)
	home, bin := t.TempDir(), filepath.Join(t.TempDir(), "bin")
	must(t, os.MkdirAll(filepath.Join(home, "oped"), 0o755))
	must(t, os.Mkdir(bin, 0o755))
	must(t, os.Symlink(self, filepath.Join(bin, "oped")))
	crontab := "#!/bin/sh\nif [ \"$1\" = -l ]; then echo no crontab >&2; exit 1; fi\ncat >\"$HOME/tab\"\n"
	must(t, os.WriteFile(filepath.Join(bin, "crontab"), []byte(crontab), 0o755))
	must(t, os.WriteFile(filepath.Join(home, "oped", "config.yaml"), []byte("editions: {all: {}}\n"), 0o600))
	run := func(path, command string) string {
		cmd := exec.Command("env", "-i", "PATH="+path, "HOME="+home, "sh", "-c", command)
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%s: %v\n%s", command, err, out)
		}
		return string(out)
	}
	run(bin+":/usr/bin:/bin", line)
	tab, err := os.ReadFile(filepath.Join(home, "tab"))
	must(t, err)
	fields := strings.SplitN(strings.TrimSpace(string(tab)), " ", 6)
	for range 2 {
		if out := run("/usr/bin:/bin", fields[5]); out != "" {
			t.Errorf("%s: it prints %s", fields[5], out)
		}
	}
	if _, err := os.Stat(filepath.Join(home, "oped", "public", "all.atom")); err != nil {
		t.Error(err)
	}
}
