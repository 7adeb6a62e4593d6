package app

import (
	"fmt"
	"math"
	"os"
	"path"
	"runtime/debug"
	"strconv"
	"strings"

	"oped/store"
)

const (
	// besideGo is the memory a process needs besides Go's heap and SQLite's pages: the program itself, stacks of
	// threads, and buffers of the kernel.
	besideGo = 24 << 20
	// minGo is the lowest limit for Go's memory. The shipped topics over 76 busy feeds keep up to 30 MiB in use,
	// and were killed in a container with 12 MiB less.
	minGo = 40 << 20
)

// cgroupMemory returns the memory limit of the control groups of this process in bytes, or 0 if there is none.
// It reads /proc/self/cgroup and the files named there, of versions 1 and 2. The function read returns the text
// of a file, or "" if it does not exist. The groups above a group limit it too.
func cgroupMemory(read func(path string) string) int64 {
	lowest := int64(math.MaxInt64)
	look := func(root, group, file string) {
		for group = path.Clean("/" + group); ; group = path.Dir(group) {
			n, err := strconv.ParseInt(strings.TrimSpace(read(path.Join(root, group, file))), 10, 64)
			if err == nil && n > 0 {
				lowest = min(lowest, n)
			}
			if group == "/" {
				return
			}
		}
	}
	for line := range strings.Lines(read("/proc/self/cgroup")) {
		fields := strings.SplitN(strings.TrimSpace(line), ":", 3)
		if len(fields) != 3 {
			continue
		}
		switch controllers := "," + fields[1] + ","; {
		case fields[1] == "" && fields[0] == "0":
			look("/sys/fs/cgroup", fields[2], "memory.max")
			look("/sys/fs/cgroup/unified", fields[2], "memory.max")
		case strings.Contains(controllers, ",memory,"):
			look("/sys/fs/cgroup/memory", fields[2], "memory.limit_in_bytes")
		}
	}
	if lowest >= 1<<50 { // "max"; version 1 writes it as a number
		return 0
	}
	return lowest
}

// memoryError reports a memory limit too low to work with.
type memoryError struct{ have, min int64 }

func (e *memoryError) Error() string {
	return fmt.Sprintf("this process may have %d MiB of memory, and needs %d", e.have>>20, e.min>>20)
}

// Hint returns the way to fix it.
func (e *memoryError) Hint() string {
	return fmt.Sprintf(
		"raise the limit of the container or the unit (MemoryMax= of systemd, --memory of podman and docker) to %d "+
			"MiB or more", e.min>>20)
}

// goMemory returns the limit for Go's memory, in bytes, for a process with at most max bytes, of which SQLite's
// pages take up to cache. It returns a [memoryError] if too little remains.
func goMemory(max, cache int64) (int64, error) {
	if max < minGo+cache+besideGo {
		return 0, &memoryError{max, minGo + cache + besideGo}
	}
	return max - cache - besideGo, nil
}

// perFetch is the share of Go's memory for one fetch, in bytes: its document, the entries made of it, and room
// for the rest of the daemon.
const perFetch = 7 << 20

// fetchesAtOnce returns the number of concurrent fetches: the configured number, or fewer if Go's memory limit,
// in bytes, is low.
func fetchesAtOnce(configured int, limit int64) int {
	return int(min(int64(configured), max(2, limit/perFetch)))
}

// limitMemory sets the limit of Go's memory from the control groups, so that the collector works harder before
// the kernel kills the process. GOMEMLIMIT in the environment takes precedence. It returns a [memoryError] if
// the limit is too low.
func limitMemory() error {
	if os.Getenv("GOMEMLIMIT") != "" { // already read by the runtime
		return nil
	}
	limit := cgroupMemory(func(path string) string {
		text, err := os.ReadFile(path)
		if err != nil {
			return ""
		}
		return string(text)
	})
	if limit == 0 {
		return nil
	}
	n, err := goMemory(limit, store.CacheBytes())
	if err == nil {
		debug.SetMemoryLimit(n)
	}
	return err
}
