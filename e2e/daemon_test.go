package e2e

import (
	"bufio"
	"bytes"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"oped/internal/newstest"
	"oped/internal/testkit"
)

// daemon is the real `oped run`, as a process of its own.
type daemon struct {
	cmd     *exec.Cmd
	address string // http://127.0.0.1:port
	mu      sync.Mutex
	log     bytes.Buffer
	ended   chan error
}

func (d *daemon) Write(p []byte) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.log.Write(p)
}

func (d *daemon) said() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.log.String()
}

func startDaemon(t *testing.T, configPath string) *daemon {
	t.Helper()
	return start(t, command("--config", configPath, "run"))
}

// start starts a daemon.
func start(t *testing.T, cmd *exec.Cmd) *daemon {
	t.Helper()
	d := &daemon{cmd: cmd, ended: make(chan error, 1)}
	d.cmd.Stderr = d
	stdout, err := d.cmd.StdoutPipe()
	if err == nil {
		err = d.cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	line, _ := bufio.NewReader(stdout).ReadString('\n')
	go func() { d.ended <- d.cmd.Wait() }()
	t.Cleanup(func() { d.cmd.Process.Kill() })
	at := regexp.MustCompile(`http://[0-9.:]+`).FindString(line)
	if at == "" {
		t.Fatalf("%q\n%s", line, d.said())
	}
	d.address = at
	return d
}

// saying waits until the daemon has said something.
func (d *daemon) saying(t *testing.T, what string) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(10 * time.Second)
	for !strings.Contains(d.said(), what) {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("the daemon never said %q:\n%s", what, d.said())
		}
	}
}

// TestTheDaemonObeysSignals: a second oped is refused while it runs, SIGHUP takes a good configuration and refuses a
// bad one, SIGTERM ends it with exit code 0 (R8, R12).
func TestTheDaemonObeysSignals(t *testing.T) {
	testkit.NotShort(t)
	paper := newstest.New(t)
	paper.Edition("/feed", "The Paper", newstest.Items("https://paper.example", 0, 3)...)
	head := "listen: 127.0.0.1:0\nfetch: {spacing: 0s, allow_private: [127.0.0.0/8]}\nfeeds: [{name: paper, url: \"" +
		paper.URL + "/feed\"}]\n"
	configPath := testkit.WriteConfig(t, head+"editions: {all: {title: All}}\n")
	d := startDaemon(t, configPath)
	until(t, d.address+"/all.atom", 3)

	_, stderr, code := runOped(t, t.Context(), "--config", configPath, "once")
	if code != exitFailed || !strings.Contains(stderr, "oped.db: the database is in use by another oped") ||
		!strings.Contains(stderr, "hint: ") {
		t.Errorf("a second oped: exit %d, %s", code, stderr)
	}
	if out := mustOped(t, "--config", configPath, "feeds"); !strings.Contains(out, "paper") {
		t.Errorf("feeds beside the daemon: %s", out)
	}

	rewrite(t, configPath, head+"editions: {all: {title: All}, other: {title: Other}}\n")
	d.hup(t)
	d.saying(t, "editions=2")
	until(t, d.address+"/other.atom", 3)

	rewrite(t, configPath, head+"editions: {all: {titel: All}}\n")
	d.hup(t)
	d.saying(t, "config refused")
	if !strings.Contains(d.said(), "unknown key titel") {
		t.Errorf("a bad configuration is refused without a word:\n%s", d.said())
	}
	until(t, d.address+"/other.atom", 3)

	d.cmd.Process.Signal(syscall.SIGTERM)
	if err := <-d.ended; err != nil {
		t.Errorf("SIGTERM: %v\n%s", err, d.said())
	}
	if !strings.Contains(d.said(), "msg=stopped") {
		t.Error("it does not say that it stopped")
	}
}

// TestTheDaemonReloadsChangedFiles: an added feed is read once, without a signal, and a bad configuration is refused.
func TestTheDaemonReloadsChangedFiles(t *testing.T) {
	testkit.NotShort(t)
	paper := newstest.New(t)
	paper.Edition("/feed", "The Paper", newstest.Items("https://paper.example", 0, 3)...)
	more := newstest.Items("https://more.example", 20, 2)
	for i := range more {
		more[i].Published = time.Now()
	}
	paper.Edition("/more", "More opinion", more...)
	head := "listen: 127.0.0.1:0\nfetch: {spacing: 0s, allow_private: [127.0.0.0/8]}\npublish: {min_poll: 0s}\n" +
		"editions: {all: {}}\nfeeds:\n  - {name: paper, url: \"" + paper.URL + "/feed\"}\n"
	configPath := testkit.WriteConfig(t, head)
	d := startDaemon(t, configPath)
	until(t, d.address+"/all.atom", 3)
	mustOped(t, "--config", configPath, "feeds", "add", paper.URL+"/more")
	d.saying(t, "feed=more-opinion")
	if n := len(paper.Requests("/more")); n != 1 {
		t.Errorf("the added feed was requested %d times", n)
	}
	rewrite(t, configPath, head+"editons: {}\n")
	d.saying(t, "config refused")
	until(t, d.address+"/all.atom", 5)
}

// TestTheDaemonReloadsWithoutFiles: where files cannot be written any more, a running daemon takes a new
// configuration, and serves on.
func TestTheDaemonReloadsWithoutFiles(t *testing.T) {
	testkit.NotShort(t)
	paper := newstest.New(t)
	paper.Edition("/feed", "The Paper", newstest.Items("https://paper.example", 0, 3)...)
	head := "listen: 127.0.0.1:0\npublish: {dir: public}\nfetch: {spacing: 0s, allow_private: " +
		"[127.0.0.0/8]}\nfeeds: [{name: paper, url: \"" + paper.URL + "/feed\"}]\n"
	configPath := testkit.WriteConfig(t, head+"editions: {all: {title: All}}\n")
	d := startDaemon(t, configPath)
	until(t, d.address+"/all.atom", 3)
	d.saying(t, "exported")

	public := filepath.Join(filepath.Dir(configPath), "public")
	if err := os.Rename(public, public+".away"); err != nil {
		t.Fatal(err)
	}
	rewrite(t, public, "")
	rewrite(t, configPath, head+"editions: {all: {title: All}, other: {title: Other}}\n")
	d.hup(t)
	d.saying(t, "editions=2")
	until(t, d.address+"/other.atom", 3)
	d.saying(t, "files not written")
}

func (d *daemon) hup(t *testing.T) {
	t.Helper()
	if err := d.cmd.Process.Signal(syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
}

func rewrite(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestReadersConditionalRequests: a subscribed address answers 304 to its own validators, also after a restart
// (O20, O21).
func TestReadersConditionalRequests(t *testing.T) {
	testkit.NotShort(t)
	paper := newstest.New(t)
	paper.Edition("/feed", "The Paper", newstest.Items("https://paper.example", 0, 3)...)
	configPath := testkit.WriteConfig(t, fmt.Sprintf("listen: 127.0.0.1:0\nbase_url: http://127.0.0.1:1\n"+
		"fetch: {spacing: 0s, allow_private: [127.0.0.0/8]}\nfeeds: [%q]\neditions: {all: {}}\n", paper.URL+"/feed"))
	first := startDaemon(t, configPath)
	until(t, first.address+"/all.atom", 3)
	res, err := http.Get(first.address + "/all.atom")
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	etag := res.Header.Get("ETag")
	first.cmd.Process.Kill()
	<-first.ended

	second := startDaemon(t, configPath)
	req, err := http.NewRequest(http.MethodGet, second.address+"/all.atom", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("If-None-Match", etag)
	res, err = http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != http.StatusNotModified || etag == "" {
		t.Errorf("after a restart, %s is answered by %d", etag, res.StatusCode)
	}
	if n := len(paper.Requests("/feed")); n != 1 {
		t.Errorf("the paper was asked %d times: a restart is no reason to ask again (F14)", n)
	}
}

// TestOnceInterrupted: entries fetched before the signal are stored, published and announced, and the exit code
// reports the incomplete run.
func TestOnceInterrupted(t *testing.T) {
	testkit.NotShort(t)
	paper := newstest.New(t)
	paper.Edition("/quick", "The Quick", newstest.Items("https://quick.example", 0, 3)...)
	slow := newstest.New(t)
	slow.Serve("/slow", newstest.Answer{Body: newstest.RSS("The Slow"), Drip: time.Second})
	configPath := testkit.WriteConfig(
		t, fmt.Sprintf(
			"fetch: {spacing: 0s, per_host: 4, allow_private: [127.0.0.0/8]}\nfeeds: [%q, %q]\neditions: {all: {}}\n",
			paper.URL+"/quick", slow.URL+"/slow"))
	cmd := command("--config", configPath, "once")
	d := &daemon{cmd: cmd, ended: make(chan error, 1)}
	var stdout bytes.Buffer
	cmd.Stderr, cmd.Stdout = d, &stdout
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { d.ended <- cmd.Wait() }()
	d.saying(t, "entries=3")
	cmd.Process.Signal(os.Interrupt)
	<-d.ended
	if code := cmd.ProcessState.ExitCode(); code != exitFailed ||
		!strings.Contains(d.said(), "oped: interrupted; the fetched entries are stored and published") {
		t.Errorf("exit %d\n%s", code, d.said())
	}
	if !strings.Contains(stdout.String(), "1 feed fetched (0 unchanged, 0 failed), 3 entries (3 new") {
		t.Errorf("the summary: %s", stdout.String())
	}
	if f := testkit.ReadAtom(t, filepath.Join(filepath.Dir(configPath), "public", "all.atom")); len(f.Entries) != 3 {
		t.Errorf("%d entries are published", len(f.Entries))
	}
}
