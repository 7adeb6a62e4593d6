package e2e

import (
	"oped/internal/testkit"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// TestSmallContainerIsRefused: the kernel would end the daemon in the midst of its work; it says so at the start
// instead (S16).
func TestSmallContainerIsRefused(t *testing.T) {
	testkit.NotShort(t)
	group, limit := "", ""
	for root, file := range map[string]string{
		"/sys/fs/cgroup/memory": "memory.limit_in_bytes",
		"/sys/fs/cgroup":        "memory.max",
	} {
		dir := filepath.Join(root, "oped-test-"+strconv.Itoa(os.Getpid()))
		if os.Mkdir(dir, 0o755) != nil {
			continue
		}
		t.Cleanup(func() { os.Remove(dir) })
		// 48 MiB
		if _, err := os.Stat(filepath.Join(dir, file)); err == nil &&
			os.WriteFile(filepath.Join(dir, file), []byte("50331648"), 0) == nil {
			group, limit = dir, file
			break
		}
	}
	if group == "" {
		t.Skip("SKIPPED: no control group can be made here")
	}
	run := func(args ...string) (string, error) {
		real := command(args...)
		cmd := exec.Command(
			"/bin/sh", append([]string{"-c", `echo $$ >` + group + `/cgroup.procs && exec "$0" "$@"`}, real.Args...)...)
		cmd.Env = append(real.Env, "GOMEMLIMIT=")
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	configPath := onePaper(t)
	out, err := run("--config", configPath, "once")
	if err == nil || !strings.Contains(out, "oped: this process may have 48 MiB of memory, and needs ") ||
		!strings.Contains(out, "hint: raise the limit of the container") {
		t.Errorf("in 48 MiB: %v, %s", err, out)
	}
	if err := os.WriteFile(filepath.Join(group, limit), []byte("134217728"), 0); err != nil {
		t.Fatal(err)
	}
	if out, err := run("--config", configPath, "once"); err != nil || !strings.Contains(out, "3 new") {
		t.Errorf("in 128 MiB: %v, %s", err, out)
	}
}
