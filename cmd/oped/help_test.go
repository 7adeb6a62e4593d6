package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/spf13/cobra"
)

// TestTranscriptsShowEveryCommand: but for the demo, which does not end by itself.
func TestTranscriptsShowEveryCommand(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	must(t, err)
	var lines []string
	for _, name := range files {
		body, err := os.ReadFile(name)
		must(t, err)
		for line := range strings.Lines(string(body)) {
			if _, args, ok := strings.Cut(line, "oped "); ok && strings.Contains(line, "exec ") {
				lines = append(lines, oneCommand.ReplaceAllString(args, "")+" ")
			}
		}
	}
	var check func(cmd *cobra.Command)
	check = func(cmd *cobra.Command) {
		_, path, _ := strings.Cut(cmd.CommandPath(), " ")
		if !slices.ContainsFunc(lines, func(line string) bool { return strings.HasPrefix(line, path+" ") }) &&
			path != "" && path != "demo" && cmd.Name() != "piece" && cmd.Name() != "dedup" {
			t.Errorf("no transcript shows oped %s", path)
		}
		for _, sub := range cmd.Commands() {
			check(sub)
		}
	}
	check((&cli{stdin: strings.NewReader("")}).rootCommand())
}

// oneCommand matches the global flags before a command, and the end of a line.
var oneCommand = regexp.MustCompile(`--config \S+ |--quiet |\s+$`)

// TestHelpFitsATerminal checks the help of every command: an example, and no line wider than 80 columns.
func TestHelpFitsATerminal(t *testing.T) {
	a := &cli{stdin: strings.NewReader("")}
	var check func(cmd *cobra.Command)
	check = func(cmd *cobra.Command) {
		var help bytes.Buffer
		cmd.SetOut(&help)
		if err := cmd.Help(); err != nil {
			t.Fatal(err)
		}
		if cmd.Example == "" {
			t.Errorf("%s: no example", cmd.CommandPath())
		}
		for line := range strings.Lines(help.String()) {
			if n := utf8.RuneCountInString(strings.TrimRight(line, "\n")); n > 80 {
				t.Errorf("%s: %d columns: %s", cmd.CommandPath(), n, line)
			}
		}
		for _, sub := range cmd.Commands() {
			check(sub)
		}
	}
	check(a.rootCommand())
}
