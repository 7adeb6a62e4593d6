package oped_test

import (
	"bytes"
	"image"
	"image/jpeg"
	"image/png"
	"strings"
	"testing"

	"oped"
)

// TestParseLogo checks the types of logos, and that an SVG runs and loads nothing.
func TestParseLogo(t *testing.T) {
	var asPNG, asJPEG bytes.Buffer
	picture := image.NewGray(image.Rect(0, 0, 8, 8))
	if err := png.Encode(&asPNG, picture); err != nil {
		t.Fatal(err)
	}
	if err := jpeg.Encode(&asJPEG, picture, nil); err != nil {
		t.Fatal(err)
	}
	svg := func(inside string) string {
		return `<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8">` + inside + `</svg>`
	}
	for _, c := range []struct{ content, ext, fault string }{
		{asPNG.String(), "png", ""},
		{asJPEG.String(), "jpg", ""},
		{svg(`<style>path{fill:red}</style><path id="a" d="M0 0h8v8z"/><use href="#a"/>`), "svg", ""},
		{svg(`<script>alert(1)</script>`), "", "an element script"},
		{svg(`<path onload="alert(1)"/>`), "", "a script in the attribute onload"},
		{svg(`<foreignObject/>`), "", "an element foreignobject"},
		{svg(`<a href="javascript:alert(1)"/>`), "", `refers to "javascript:alert(1)"`},
		{svg(`<image href="https://tracker.example/x.png"/>`), "", "refers to"},
		{`<!DOCTYPE svg [<!ENTITY x "y">]>` + svg(""), "", "declares entities"},
		{svg(`<path>`), "", "not a PNG, JPEG or SVG"},
		{`<html></html>`, "", "not a PNG, JPEG or SVG"},
		{"GIF89a", "", "not a PNG, JPEG or SVG"},
		{"", "", "not a PNG, JPEG or SVG"},
		{svg(strings.Repeat(" ", 100<<10)), "", "more than 100 KB"},
	} {
		logo, err := oped.ParseLogo([]byte(c.content))
		switch {
		case c.fault == "" && (err != nil || logo != oped.Logo{Ext: c.ext, Content: c.content}):
			t.Errorf("%.80q: %q, %v", c.content, logo.Ext, err)
		case c.fault != "" && (err == nil || !strings.Contains(err.Error(), c.fault)):
			t.Errorf("%.80q: %v, want %s", c.content, err, c.fault)
		}
	}
}
