//go:build unix

package e2e

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"oped/internal/testkit"
)

// limited returns a command with a limit of open files.
func limited(files int, args ...string) *exec.Cmd {
	real := command(args...)
	cmd := exec.Command(
		"/bin/sh", append([]string{"-c", fmt.Sprintf(`ulimit -n %d && exec "$0" "$@"`, files)}, real.Args...)...)
	cmd.Env = real.Env
	return cmd
}

// TestSilentConnectionsKeepNoReaderOut: 1,100 of them, where 1,024 files may be open (S16). Some say nothing, some half
// a request, some were answered and are kept for the next request.
func TestSilentConnectionsKeepNoReaderOut(t *testing.T) {
	testkit.NotShort(t)
	var l syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &l); err != nil || l.Cur < 4000 {
		t.Skip("SKIPPED: this process may not open enough files")
	}
	configPath := onePaper(t)
	d := start(t, limited(1024, "--config", configPath, "run"))
	until(t, d.address+"/all.atom", 3)
	address := strings.TrimPrefix(d.address, "http://")
	for _, say := range []string{"", "GET /all.atom HTTP/1.1\r\nHost: ",
		"HEAD /index.html HTTP/1.1\r\nHost: x\r\n\r\n"} {
		for i := range 1100 {
			conn, err := net.Dial("tcp", address)
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			if _, err := fmt.Fprint(conn, say); err != nil {
				t.Fatalf("%d: %v", i, err)
			}
			if strings.HasSuffix(say, "\r\n\r\n") {
				if _, err := http.ReadResponse(bufio.NewReader(conn),
					&http.Request{Method: http.MethodHead}); err != nil {
					t.Fatalf("reader %d gets no answer: %v", i, err)
				}
			}
		}
		for range 10 {
			if body := testkit.Get(t, d.address+"/all.atom"); strings.Count(body, "<entry>") != 3 {
				t.Errorf("after 1,100 connections that say %q a reader gets %q", say, body)
			}
			http.DefaultClient.CloseIdleConnections()
		}
	}
	if strings.Contains(d.said(), "cannot accept") || strings.Contains(d.said(), "too many open files") {
		t.Errorf("it ran out of files:\n%s", d.said())
	}
	d.cmd.Process.Signal(syscall.SIGTERM)
	if err := <-d.ended; err != nil {
		t.Errorf("SIGTERM: %v", err)
	}
}

// TestTooFewFiles: with too few files to serve anybody, the daemon says so at the start.
func TestTooFewFiles(t *testing.T) {
	out, err := limited(100, "--config", onePaper(t), "run").CombinedOutput()
	if err == nil || !strings.Contains(string(out), "oped: this process may open 100 files, and needs ") ||
		!strings.Contains(string(out), "hint: raise the limit (ulimit -n 1024") {
		t.Errorf("%v: %s", err, out)
	}
}
