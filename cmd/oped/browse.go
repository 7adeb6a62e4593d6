package main

import (
	"context"
	"os/exec"
	"runtime"
	"strings"
	"time"
)

// browserTime is the time for a browser to take an address. It may go on, in the foreground of a terminal.
const browserTime = 10 * time.Second

// browse opens an address in the browser of the system, and reports whether a program took it.
func browse(ctx context.Context, address string) bool {
	if !strings.HasPrefix(address, "https://") && !strings.HasPrefix(address, "http://") {
		return false // another program might run it
	}
	program := []string{"xdg-open"}
	switch runtime.GOOS {
	case "darwin":
		program = []string{"open"}
	case "windows":
		program = []string{"rundll32", "url.dll,FileProtocolHandler"}
	}
	ctx, cancel := context.WithTimeout(ctx, browserTime)
	defer cancel()
	return exec.CommandContext(ctx, program[0], append(program[1:], address)...).Run() == nil
}
