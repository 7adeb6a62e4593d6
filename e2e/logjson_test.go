package e2e

import (
	"bytes"
	"testing"

	"oped/internal/testkit"
)

// TestWithALogOfJSONTheAddressIsInTheLog: a daemon with --log json prints no plain text.
func TestWithALogOfJSONTheAddressIsInTheLog(t *testing.T) {
	testkit.NotShort(t)
	cmd := command("--config", onePaper(t), "--log", "json", "run")
	d, out := &daemon{cmd: cmd}, bytes.Buffer{}
	cmd.Stderr, cmd.Stdout = d, &out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill() })
	d.saying(t, `"msg":"serving","url":"http://127.0.0.1:`)
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	cmd.Wait()
	if out.Len() > 0 {
		t.Errorf("on standard output: %s", &out)
	}
}
