package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"oped/internal/newstest"
	"oped/internal/testkit"
)

// newTerminal returns a terminal of some columns, and its side for programs.
func newTerminal(t testing.TB, columns uint16) (master, tty *os.File) {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Skipf("SKIPPED: no terminals here: %v", err)
	}
	t.Cleanup(func() { master.Close() })
	must(t, unix.IoctlSetPointerInt(int(master.Fd()), unix.TIOCSPTLCK, 0))
	number, err := unix.IoctlGetInt(int(master.Fd()), unix.TIOCGPTN)
	must(t, err)
	must(t, unix.IoctlSetWinsize(int(master.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Row: 24, Col: columns}))
	tty, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|unix.O_NOCTTY, 0)
	must(t, err)
	return master, tty
}

// TestHintsFitTheTerminal: a message on a terminal has the width of that one, wherever the output goes.
func TestHintsFitTheTerminal(t *testing.T) {
	_, tty := newTerminal(t, 60)
	defer tty.Close()
	if got := columns(tty); got != 60 {
		t.Errorf("%d columns", got)
	}
	if got := columns(&bytes.Buffer{}); got != pipeColumns {
		t.Errorf("%d columns in a pipe", got)
	}
}

// onTerminal runs oped on a terminal of some columns, and returns what the terminal gets.
func onTerminal(t testing.TB, columns uint16, env []string, args ...string) string {
	t.Helper()
	master, tty := newTerminal(t, columns)
	cmd := programOn(t, tty, env, args...)
	must(t, cmd.Start())
	must(t, tty.Close())
	var out bytes.Buffer
	io.Copy(&out, master) // it ends with an error: nobody has the terminal open any more
	if err := cmd.Wait(); err != nil {
		t.Fatalf("%v\n%s", err, out.String())
	}
	return strings.ReplaceAll(out.String(), "\r\n", "\n")
}

// programOn returns oped with a file as its input and outputs.
func programOn(t testing.TB, file *os.File, env []string, args ...string) *exec.Cmd {
	t.Helper()
	bin := filepath.Join(t.TempDir(), "oped")
	self, err := os.Executable()
	must(t, err)
	must(t, os.Symlink(self, bin))
	cmd := exec.Command(bin, args...)
	cmd.Env = append([]string{"TERM=xterm", "PATH=/bin", "HOME=" + t.TempDir()}, env...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = file, file, file
	return cmd
}

// stoppedAt runs oped on a file until its outputs, read from another one, have a text. It returns them all.
func stoppedAt(t testing.TB, text string, from, file *os.File, args ...string) string {
	t.Helper()
	cmd := programOn(t, file, nil, args...)
	must(t, cmd.Start())
	must(t, file.Close())
	var out bytes.Buffer
	for lines := bufio.NewReader(from); ; {
		line, err := lines.ReadString('\n')
		if out.WriteString(line); err != nil {
			break
		}
		if strings.Contains(line, text) {
			must(t, cmd.Process.Signal(unix.SIGTERM))
		}
	}
	if err := cmd.Wait(); err != nil {
		t.Fatalf("%v\n%s", err, out.String())
	}
	return out.String()
}

// TestOnATerminal: bars, colours and wide tables are for terminals.
func TestOnATerminal(t *testing.T) {
	paper := newstest.New(t)
	items := newstest.Items("https://paper.example", 0, 3)
	items[2].Title = strings.TrimSpace(strings.Repeat("A long headline ", 12))
	paper.Edition("/feed", "The Paper", items...)
	config := testkit.WriteConfig(t, "fetch: {spacing: 0s, allow_private: [127.0.0.0/8]}\neditions: {all: {}}\n"+
		"topics: {rivers: {score: {'title:long': 1}, threshold: 1}}\n"+
		"publish: {dir: public}\nfeeds: [{name: paper, url: \""+paper.URL+"/feed\"}, {name: bad, url: \""+paper.URL+"/bad\"}]\n")
	run := func(columns uint16, env string, args ...string) string {
		t.Helper()
		return onTerminal(t, columns, []string{env}, append([]string{"--config", config}, args...)...)
	}
	once := run(80, "A=", "once")
	for _, want := range []string{
		"fetching [", "2 of 2", "failed bad: client: ", "\n2 feeds fetched (0 unchanged, 1 failed), 3 entries",
	} {
		if !strings.Contains(once, want) {
			t.Errorf("once has no %q:\n%q", want, once)
		}
	}
	if strings.Contains(once, "msg=fetched") || !strings.Contains(once, `msg="fetch failed"`) {
		t.Errorf("the log of each feed is not in the bar alone:\n%s", once)
	}
	if out := run(80, "A=", "--log", "text", "once", "--all"); !strings.Contains(out, "msg=fetched") {
		t.Errorf("--log text gives no log:\n%s", out)
	}
	for _, env := range []string{"TERM=dumb", "A="} {
		args := []string{"once", "--all"}
		if env == "A=" {
			args = append(args, "--quiet")
		}
		if out := run(80, env, args...); strings.Contains(out, "\x1b") {
			t.Errorf("%s %q has a bar:\n%q", env, args, out)
		}
	}
	if out := run(80, "A=", "feeds"); !strings.Contains(out, "\x1b[31mnever\x1b[0m") ||
		!strings.Contains(out, "\x1b[32mok\x1b[0m") {
		t.Errorf("feeds has no colours:\n%q", out)
	}
	if out := run(80, "NO_COLOR=1", "feeds"); strings.Contains(out, "\x1b") {
		t.Errorf("feeds has colours:\n%q", out)
	}
	widths := map[uint16]int{}
	for _, columns := range []uint16{60, 140, 300} {
		for line := range strings.Lines(run(columns, "NO_COLOR=1", "ls")) {
			widths[columns] = max(widths[columns], cells.StringWidth(strings.TrimSuffix(line, "\n")))
		}
	}
	if widths[60] > 60 || widths[140] <= 80 || widths[140] > 140 || widths[300] <= 140 {
		t.Errorf("widths of a table by columns: %v", widths)
	}
}

// TestFirstLinkOnATerminal: the first run of a desk prints a one-time link, for the person at its terminal alone.
func TestFirstLinkOnATerminal(t *testing.T) {
	config := testkit.WriteConfig(t, "listen: 127.0.0.1:0\npublish: {dir: \"\"}\nfeeds: []\neditions: {all: {}}\ndesk: {}\n")
	link := regexp.MustCompile(`http://[^/]+/desk/enter/([A-Z2-7]{26})`)
	master, tty := newTerminal(t, 80)
	out := stoppedAt(t, "/desk/enter/", master, tty, "--config", config, "run")
	secret := link.FindStringSubmatch(out)
	if secret == nil || !strings.Contains(out, "This link works once, for 15 minutes") {
		t.Fatalf("no link:\n%s", out)
	}
	for line := range strings.Lines(out) {
		if strings.Contains(line, "level=") && strings.Contains(line, secret[1]) {
			t.Errorf("the log has the link: %s", line)
		}
	}
	r, w, err := os.Pipe()
	must(t, err)
	out = stoppedAt(t, "the desk has no account", r, w, "--config", config, "run")
	if link.MatchString(out) {
		t.Errorf("a pipe gets the link:\n%s", out)
	}
}
