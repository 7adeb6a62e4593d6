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
	// besideGo is what a process needs beside Go's memory and SQLite's pages: the program itself, stacks of threads,
	// buffers of the kernel.
	besideGo = 24 << 20
	// minGo is the least that Go's memory may be limited to. The shipped topics over 76 busy feeds keep up to 30 MiB in
	// use, and were killed in a container with 12 MiB less.
	minGo = 40 << 20
)

// CgroupMemory is how many bytes of memory the control groups of this process may have, by /proc/self/cgroup and the
// files that it leads to, of version 2 and 1; 0 if there is no limit. read gives the text of a file, "" if there is
// none. Each group is bound by those above it.
func CgroupMemory(read func(path string) string) int64 {
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
	if lowest >= 1<<50 { // "max", which version 1 writes as a number
		return 0
	}
	return lowest
}

// MemoryError is too little memory to work with.
type MemoryError struct{ have, min int64 }

func (e *MemoryError) Error() string {
	return fmt.Sprintf("this process may have %d MiB of memory, and needs %d", e.have>>20, e.min>>20)
}

// Hint says how to fix it.
func (e *MemoryError) Hint() string {
	return fmt.Sprintf("raise the limit of the container or the unit (MemoryMax= of systemd, --memory of podman and docker) to %d MiB or more", e.min>>20)
}

// GoMemory is the limit for Go's memory where a process may have max bytes, and SQLite's pages take up to cache of
// them. Too few are an error.
func GoMemory(max, cache int64) (int64, error) {
	if max < minGo+cache+besideGo {
		return 0, &MemoryError{max, minGo + cache + besideGo}
	}
	return max - cache - besideGo, nil
}

// perFetch is how many bytes of Go's limit one fetch needs: its document, what is made of it, and room
// for all the rest of the daemon.
const perFetch = 7 << 20

// FetchesAtOnce is how many fetches are at work at once, where so many are configured and Go's memory is limited.
func FetchesAtOnce(configured int, limit int64) int {
	return int(min(int64(configured), max(2, limit/perFetch)))
}

// LimitMemory lets Go's collector work harder before a container's limit ends the process. GOMEMLIMIT in the
// environment goes before.
func LimitMemory() error {
	if os.Getenv("GOMEMLIMIT") != "" { // the process's own, as the runtime reads it
		return nil
	}
	limit := CgroupMemory(func(path string) string {
		text, err := os.ReadFile(path)
		if err != nil {
			return ""
		}
		return string(text)
	})
	if limit == 0 {
		return nil
	}
	n, err := GoMemory(limit, store.CacheBytes())
	if err == nil {
		debug.SetMemoryLimit(n)
	}
	return err
}
