// Package e2e has tests that run the program: daemons, kills, full disks, and real feed readers.
package e2e

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"oped"
	"oped/config"
	"oped/internal/testkit"
	"oped/store"
)

// Exit codes of the program.
const (
	exitDone   = 0
	exitFailed = 1
	exitUsage  = 2
)

// binary is the path of the program.
var binary = os.Getenv("OPED_BINARY")

// TestMain builds the program, unless $OPED_BINARY names it. The quick tier has no test of it.
func TestMain(m *testing.M) {
	flag.Parse()
	if testing.Short() {
		fmt.Println("SKIPPED: not in the quick tier (-short)")
		return
	}
	os.Exit(run(m))
}

func run(m *testing.M) int {
	if binary != "" {
		return m.Run()
	}
	dir, err := os.MkdirTemp("", "oped-e2e-")
	if err == nil {
		defer os.RemoveAll(dir)
		binary = filepath.Join(dir, "oped")
		args := []string{"build", "-o", binary}
		if testkit.Raced {
			args = append(args, "-race")
		}
		var out []byte
		if out, err = exec.Command("go", append(args, "oped/cmd/oped")...).CombinedOutput(); err != nil {
			err = fmt.Errorf("%w\n%s", err, out)
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "build oped:", err)
		return 1
	}
	return m.Run()
}

// command is the program as a process of its own. The environment names no user.
func command(args ...string) *exec.Cmd {
	cmd := exec.Command(binary, args...)
	for _, v := range os.Environ() {
		if name, _, _ := strings.Cut(v, "="); name != "USER" && name != "LOGNAME" && name != "OPED_CONFIG" {
			cmd.Env = append(cmd.Env, v)
		}
	}
	return cmd
}

// runOped runs one command line and returns its output and exit code. The end of ctx interrupts it.
func runOped(t testing.TB, ctx context.Context, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	var out, said bytes.Buffer
	cmd := command(args...)
	cmd.Stdout, cmd.Stderr = &out, &said
	err := cmd.Start()
	if err == nil {
		defer context.AfterFunc(ctx, func() { cmd.Process.Signal(os.Interrupt) })()
		err = cmd.Wait()
	}
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return out.String(), said.String(), cmd.ProcessState.ExitCode()
}

// inOneLine returns the text of an output without its line breaks.
func inOneLine(out string) string { return strings.Join(strings.Fields(out), " ") }

// mustOped is runOped for a command that must succeed.
func mustOped(t testing.TB, args ...string) string {
	t.Helper()
	stdout, stderr, code := runOped(t, t.Context(), args...)
	if code != exitDone {
		t.Fatalf("oped %s: exit %d\n%s%s", strings.Join(args, " "), code, stdout, stderr)
	}
	return stdout
}

// readStore opens the database of a configuration for reading.
func readStore(t testing.TB, configPath string) *store.Store {
	t.Helper()
	cfg, err := config.Load(configPath)
	must(t, err)
	st, err := store.Open(t.Context(), cfg.Store, store.Options{ReadOnly: true})
	must(t, err)
	return st
}

// storedPiece reads a piece out of the database of a configuration.
func storedPiece(t testing.TB, configPath, ref string) oped.Piece {
	t.Helper()
	st := readStore(t, configPath)
	defer st.Close()
	p, err := st.Pieces.Get(t.Context(), ref)
	must(t, err)
	return p
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
