package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// TestAxe shows every sort of page that the demo serves to axe-core in a browser, light, dark and on a phone, and wants no serious or critical fault (WCAG 2.2 AA).
func TestAxe(t *testing.T) {
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("there is no node: no page is looked at by axe-core")
	}
	browser, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("there is no chromium: no page is looked at by axe-core")
	}
	modules := os.Getenv("OPED_AXE")
	if modules == "" {
		modules, _ = filepath.Abs("../../e2e/axe/node_modules")
	}
	if _, err := os.Stat(filepath.Join(modules, "axe-core")); err != nil {
		t.Skip("axe-core is not installed: npm install --ignore-scripts in e2e/axe, or name its folder in $OPED_AXE; no page is looked at")
	}
	base := runDemo(t)
	first := func(page, pattern string) string {
		t.Helper()
		link := regexp.MustCompile(`"` + regexp.QuoteMeta(base) + `(` + pattern + `)"`)
		for tick, began := time.NewTicker(20*time.Millisecond), time.Now(); time.Since(began) < 20*time.Second; <-tick.C {
			if found := link.FindStringSubmatch(get(t, base+page)); found != nil {
				return found[1]
			}
		}
		t.Fatalf("%s has no link %s", page, pattern)
		return ""
	}
	urdu := first("/publisher/", `/publisher/%[^"]*`)
	paths := []string{
		"/", "/pak-us/", "/pak-us/about/", first("/pak-us/", `/piece/\d+/`), first(urdu, `/piece/\d+/`), "/publisher/", first("/publisher/", `/publisher/[a-z][^"]*`), urdu,
		first("/everything/", `/author/[^"]+`), first(urdu, `/author/%[^"]+`), "/search", "/search?q=Pakistan", "/search?q=%D9%BE%D8%A7%D9%83%D8%B3%D8%AA%D8%A7%D9%86", "/search?q=a+AND+b+OR+c", "/nothing",
	}
	ctx, cancel := context.WithTimeout(t.Context(), 150*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, node, append([]string{"../../e2e/axe/axe.js", base}, paths...)...)
	cmd.Env = append(os.Environ(), "MODULES="+modules, "CHROMIUM="+browser)
	var out, complaints bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &complaints
	failed := cmd.Run()
	looked := 0
	for lines := bufio.NewScanner(&out); lines.Scan(); {
		var one struct {
			Page, Form string
			Passes     int
			Violations []struct{ ID, Impact, First, Why string }
		}
		if err := json.Unmarshal(lines.Bytes(), &one); err != nil {
			t.Fatalf("%v: %s", err, lines.Text())
		}
		if looked++; one.Passes < 10 {
			t.Errorf("%s (%s): only %d rules hold", one.Page, one.Form, one.Passes)
		}
		for _, v := range one.Violations {
			t.Errorf("%s (%s): %s, %s\n\t%s\n\t%s", one.Page, one.Form, v.ID, v.Impact, v.First, v.Why)
		}
	}
	if looked != 3*len(paths) || failed != nil && !t.Failed() {
		t.Errorf("%d of %d were looked at, %v\n%s", looked, 3*len(paths), failed, complaints.String())
	}
}

// runDemo runs the demo until the test ends, and gives its address when it has pieces on pak-us.
func runDemo(t *testing.T) string {
	ctx, cancel := context.WithCancel(context.Background())
	reading, writing := io.Pipe()
	a := &app{stdin: strings.NewReader(""), stdout: writing, stderr: io.Discard, getenv: func(string) string { return "" }, now: time.Now}
	ended := make(chan int, 1)
	go func() {
		code := a.main(ctx, []string{"demo", "--listen", "127.0.0.1:0"})
		writing.Close()
		ended <- code
	}()
	t.Cleanup(func() {
		cancel()
		<-ended
	})
	var address string
	lines := bufio.NewScanner(reading)
	for lines.Scan() {
		if _, at, ok := strings.Cut(lines.Text(), "open "); ok && address == "" {
			address = strings.TrimRight(strings.TrimSpace(at), "/")
		}
		if strings.Contains(lines.Text(), "Saltmarsh Institute") { // the last of the first round
			go io.Copy(io.Discard, reading)
			return address
		}
	}
	t.Fatal(fmt.Errorf("the demo ended: %w", lines.Err()))
	return ""
}
