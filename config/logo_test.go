package config

import (
	"slices"
	"strings"
	"testing"
)

// TestLogo: a logo is one of the files of the configuration, so that the daemon reloads it.
func TestLogo(t *testing.T) {
	const svg = `<svg xmlns="http://www.w3.org/2000/svg"/>`
	inFolder(t, map[string]string{
		"etc/config.yaml":   "publish: {logo: art/logo.svg}\n",
		"etc/art/logo.svg":  svg,
		"etc/script.yaml":   "publish: {logo: art/logo.html}\n",
		"etc/art/logo.html": "<script/>",
		"etc/missing.yaml":  "publish: {logo: art/none.png}\n",
	})
	c, err := Load("etc/config.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if c.Publish.Logo.Ext != "svg" || c.Publish.Logo.Content != svg || !slices.Contains(c.Files, "etc/art/logo.svg") {
		t.Errorf("%+v, files %q", c.Publish.Logo, c.Files)
	}
	for path, want := range map[string]string{
		"etc/script.yaml":  "etc/script.yaml:1:17: logo: the file is not a PNG, JPEG or SVG picture",
		"etc/missing.yaml": "etc/missing.yaml:1:17: logo: open etc/art/none.png: no such file or directory",
	} {
		if _, err := Load(path); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: %v", path, err)
		}
	}
}
