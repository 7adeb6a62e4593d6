package app

import (
	"errors"
	"math"
	"testing"
)

// TestCgroupMemory: the limit of a container, as in the files of the kernel (S16).
func TestCgroupMemory(t *testing.T) {
	const mib = 1 << 20
	for name, c := range map[string]struct {
		files map[string]string
		want  int64
	}{
		"no groups": {nil, 0},
		"version 2, in a namespace": {map[string]string{
			"/proc/self/cgroup":         "0::/\n",
			"/sys/fs/cgroup/memory.max": "67108864\n",
		}, 64 * mib},
		"version 2, no limit": {map[string]string{
			"/proc/self/cgroup":         "0::/\n",
			"/sys/fs/cgroup/memory.max": "max\n",
		}, 0},
		"version 2, of a unit below a slice with less": {map[string]string{
			"/proc/self/cgroup": "0::/system.slice/oped.service\n",
			"/sys/fs/cgroup/system.slice/oped.service/memory.max": "134217728\n",
			"/sys/fs/cgroup/system.slice/memory.max":              "100663296\n",
		}, 96 * mib},
		"version 2, outside of the namespace": {map[string]string{
			"/proc/self/cgroup":         "0::/../../x\n",
			"/sys/fs/cgroup/memory.max": "67108864\n",
		}, 64 * mib},
		"version 1": {map[string]string{
			"/proc/self/cgroup": "9:name=systemd:/\n4:memory:/docker/c9a8\n3:cpuset:/\n0::/\n",
			"/sys/fs/cgroup/memory/docker/c9a8/memory.limit_in_bytes": "67108864\n",
			"/sys/fs/cgroup/memory/memory.limit_in_bytes":             "9223372036854771712\n",
		}, 64 * mib},
		"version 1, mounted as the root of a container": {map[string]string{
			"/proc/self/cgroup":                           "4:cpu,memory:/docker/c9a8\n",
			"/sys/fs/cgroup/memory/memory.limit_in_bytes": "67108864\n",
		}, 64 * mib},
		"version 1, no limit": {map[string]string{
			"/proc/self/cgroup":                           "4:memory:/\n",
			"/sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
		}, 0},
		"nonsense": {map[string]string{
			"/proc/self/cgroup":         "0::\nx\n\n4:memory\n0::/a:b\n",
			"/sys/fs/cgroup/memory.max": "-1\n",
		}, 0},
	} {
		if got := cgroupMemory(func(path string) string { return c.files[path] }); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
}

// TestGoMemory: the share of Go, and the least sufficient memory.
func TestGoMemory(t *testing.T) {
	const mib = 1 << 20
	for _, c := range []struct{ max, cache, want int64 }{
		{80, 12, 44}, {80, 16, 40}, {512, 16, 472}, {79, 16, 0}, {76, 12, 40}, {64, 12, 0}, {1, 12, 0},
	} {
		got, err := goMemory(c.max*mib, c.cache*mib)
		if got != c.want*mib || errors.As(err, new(*memoryError)) != (c.want == 0) {
			t.Errorf("%d MiB, %d of pages: %d MiB, %v; want %d", c.max, c.cache, got/mib, err, c.want)
		}
	}
}

// TestFetchesAtOnce: little memory means fewer documents in it.
func TestFetchesAtOnce(t *testing.T) {
	for _, c := range []struct {
		configured int
		limit      int64
		want       int
	}{{16, math.MaxInt64, 16}, {16, 28 << 20, 4}, {1, 28 << 20, 1}, {16, 1 << 20, 2}, {100, 112 << 20, 16}} {
		if got := fetchesAtOnce(c.configured, c.limit); got != c.want {
			t.Errorf("%d fetches in %d bytes: %d, want %d", c.configured, c.limit, got, c.want)
		}
	}
}

func FuzzCgroupMemory(f *testing.F) {
	f.Add("0::/a/b\n4:memory:/x\n", "67108864\n")
	f.Fuzz(func(t *testing.T, groups, limit string) {
		if len(groups) > 1<<10 {
			return
		}
		reads := 0
		n := cgroupMemory(func(path string) string {
			if reads++; path == "/proc/self/cgroup" {
				return groups
			}
			return limit
		})
		if n < 0 || reads > 2*len(groups)+4 {
			t.Errorf("%d bytes after %d reads", n, reads)
		}
	})
}
