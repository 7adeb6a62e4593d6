package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"oped/app"
	"oped/internal/newstest"
)

// caller is a connection to a daemon's socket.
type caller struct {
	net.Conn
	answers *json.Decoder
}

func dial(t *testing.T, configPath string) *caller {
	t.Helper()
	conn, err := net.Dial("unix", filepath.Join(filepath.Dir(configPath), "oped.db.sock"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return &caller{conn, json.NewDecoder(conn)}
}

func (c *caller) ask(t *testing.T, args ...string) {
	t.Helper()
	if err := json.NewEncoder(c).Encode(remoteCommand{Args: args}); err != nil {
		t.Fatal(err)
	}
}

// end returns the output of the daemon, and the exit code.
func (c *caller) end(t *testing.T) (text string, code int) {
	t.Helper()
	for {
		var s reply
		if err := c.answers.Decode(&s); err != nil {
			t.Fatalf("%v after %q", err, text)
		}
		text += s.Out + s.Err
		if s.Done {
			return text, s.Code
		}
	}
}

func onePaper(t *testing.T) (configPath string) {
	paper := newstest.New(t)
	paper.Edition("/feed", "The Paper", newstest.Items("https://paper.example", 0, 3)...)
	return writeConfig(
		t, "listen: 127.0.0.1:0\npublish: {dir: \"\"}\nfetch: {spacing: 0s, allow_private: [127.0.0.0/8]}\nfeeds: "+
			"[{name: paper, url: \""+paper.URL+"/feed\"}]\neditions: {all: {}}\n")
}

// TestIdleClientsBlockNoCommand: clients that send nothing, or half a command, block nobody, and are
// disconnected (S14).
func TestIdleClientsBlockNoCommand(t *testing.T) {
	notShort(t)
	configPath := onePaper(t)
	d := startDaemon(t, configPath)
	until(t, d.address+"/all.atom", 3)
	idle := make([]*caller, 8)
	for i := range idle {
		idle[i] = dial(t, configPath)
		if i%2 == 0 {
			fmt.Fprint(idle[i], `{"args": ["publ`)
		}
	}
	for range 3 {
		if out := mustOped(t, "--config", configPath, "feeds", "pause", "paper"); out != "paper is paused\n" {
			t.Errorf("beside idle clients: %q", out)
		}
	}
	for _, c := range idle {
		if text, code := c.end(t); code != exitFailed || !strings.Contains(text, "the command did not arrive") {
			t.Errorf("an idle client: exit %d, %q", code, text)
		}
	}
}

// TestTooManyAndTooLongRequestsAreRefused: the connections at once and the bytes of a request are counted (S14).
func TestTooManyAndTooLongRequestsAreRefused(t *testing.T) {
	notShort(t)
	configPath := onePaper(t)
	d := startDaemon(t, configPath)
	until(t, d.address+"/all.atom", 3)
	long := dial(t, configPath)
	if err := json.NewEncoder(long).Encode(remoteCommand{Args: []string{strings.Repeat("x", 2*maxRequest)}}); err != nil {
		t.Log(err) // it may be refused before it is through
	}
	if text, code := long.end(t); code != exitFailed || !strings.Contains(text, "longer than 64 KiB") {
		t.Errorf("a long command: exit %d, %q", code, text)
	}
	clients := make([]*caller, 2*maxClients)
	for i := range clients {
		clients[i] = dial(t, configPath)
	}
	refused := 0
	for _, c := range clients {
		if text, _ := c.end(t); strings.Contains(text, "too many commands are waiting") {
			refused++
		}
	}
	if refused != maxClients && refused != maxClients+1 { // the long one may still be connected
		t.Errorf("%d of %d clients were refused at once, want %d", refused, len(clients), maxClients)
	}
}

// TestOnlyWritingCommandsAreCarriedOut: every command of the program is either in the list or refused by its name
// (S14).
func TestOnlyWritingCommandsAreCarriedOut(t *testing.T) {
	notShort(t)
	configPath := onePaper(t)
	d := startDaemon(t, configPath)
	until(t, d.address+"/all.atom", 3)
	var known []string
	var visit func(*cobra.Command)
	visit = func(cmd *cobra.Command) {
		for _, sub := range cmd.Commands() {
			visit(sub)
		}
		path := cmd.CommandPath()
		known = append(known, path)
		if !cmd.Runnable() || slices.Contains(remoteCommands(), path) {
			return
		}
		args := strings.Fields(path)[1:]
		for _, needed := range strings.Fields(cmd.Use)[1:] {
			if needed[0] != '[' {
				args = append(args, strings.Split(strings.TrimSuffix(needed, "..."), "|")[0])
			}
		}
		if strings.HasSuffix(cmd.Use, "REF REF...") {
			args = append(args, "REF")
		}
		c := dial(t, configPath)
		c.ask(t, append([]string{"--config", configPath}, args...)...)
		if text, code := c.end(t); code != exitUsage || !strings.Contains(text,
			fmt.Sprintf("the daemon does not run %q for clients", path)) {
			t.Errorf("%q: exit %d, %q", args, code, text)
		}
	}
	visit((&cli{stdout: os.Stdout, stderr: os.Stderr}).rootCommand())
	for _, path := range remoteCommands() {
		if !slices.Contains(known, path) {
			t.Errorf("there is no command %q", path)
		}
	}
}

// TestCommandsWaitForTheirTurn: a waiting command reports the reason, ends with its client, and runs in its turn
// (S14).
func TestCommandsWaitForTheirTurn(t *testing.T) {
	h := app.NewSession(t.Context(), nil, nil)
	if err := h.Take(t.Context(), "topic apply"); err != nil {
		t.Fatal(err)
	}
	ours, theirs := net.Pipe()
	defer ours.Close()
	defer theirs.Close()
	ctx, gone := context.WithCancelCause(t.Context())
	waited := make(chan error)
	go func() {
		waited <- await(ctx, h, remoteCommand{Args: []string{"publish"}}, &replies{
			conn: theirs,
			enc:  json.NewEncoder(theirs),
			gone: gone,
		})
	}()
	if line, err := bufio.NewReader(ours).ReadString('\n'); err != nil ||
		!strings.Contains(line, "which is busy: topic apply") {
		t.Errorf("it hears %q, %v", line, err)
	}
	gone(errClientGone)
	if err := <-waited; err != errClientGone {
		t.Errorf("without its client: %v", err)
	}
	h.Give()
	if err := await(t.Context(), h, remoteCommand{Args: []string{"publish"}}, nil); err != nil ||
		h.Work() != "publish" {
		t.Errorf("in its turn: %v, at work %s", err, h.Work())
	}
}

// TestCommandEndsWithItsClient: a command stops before its commit when its client is gone, and the daemon goes
// on (S14).
func TestCommandEndsWithItsClient(t *testing.T) {
	slow := newstest.New(t)
	slow.Serve("/slow", newstest.Answer{Body: newstest.RSS("The Slow"), Drip: 1 << 40})
	configPath := writeConfig(
		t, "listen: 127.0.0.1:0\npublish: {dir: \"\"}\nfetch: {every: 1h, spacing: 0s, per_host: 4, allow_private: "+
			"[127.0.0.0/8]}\nfeeds: [{name: slow, url: \""+slow.URL+"/slow\"}]\neditions: {all: {}}\n")
	d := startDaemon(t, configPath)
	c := dial(t, configPath)
	c.ask(t, "--config", configPath, "feeds", "fetch", "slow")
	d.saying(t, `msg="remote command" `)
	c.Close()
	d.saying(t, "remote command cut off")
	if out := mustOped(t, "--config", configPath, "feeds", "pause", "slow"); out != "slow is paused\n" {
		t.Errorf("the next command: %q", out)
	}
}
