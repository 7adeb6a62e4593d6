package oped

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"image/jpeg"
	"image/png"
	"io"
	"strings"
)

// Logo is a picture of the site.
type Logo struct {
	Ext     string // of its file: "png", "jpg" or "svg"; "": there is no logo
	Content string
}

// maxLogo is the maximum size of a logo in bytes.
const maxLogo = 100 << 10

// ParseLogo returns the logo with some content: a PNG, a JPEG, or an SVG without script and without references to other
// documents. The error says what is wrong.
func ParseLogo(content []byte) (Logo, error) {
	if len(content) > maxLogo {
		return Logo{}, fmt.Errorf("the file has more than %d KB", maxLogo>>10)
	}
	if _, err := png.DecodeConfig(bytes.NewReader(content)); err == nil {
		return Logo{"png", string(content)}, nil
	}
	if _, err := jpeg.DecodeConfig(bytes.NewReader(content)); err == nil {
		return Logo{"jpg", string(content)}, nil
	}
	if err := checkSVG(content); err != nil {
		return Logo{}, err
	}
	return Logo{"svg", string(content)}, nil
}

// checkSVG returns an error unless a document is an SVG that runs and loads nothing.
func checkSVG(content []byte) error {
	dec, root := xml.NewDecoder(bytes.NewReader(content)), true
	for {
		token, err := dec.Token()
		if err == io.EOF && !root {
			return nil
		}
		if err != nil {
			return errors.New("the file is not a PNG, JPEG or SVG picture")
		}
		switch t := token.(type) {
		case xml.Directive:
			if bytes.Contains(t, []byte("ENTITY")) {
				return errors.New("the SVG declares entities")
			}
		case xml.StartElement:
			if root && (t.Name.Local != "svg" || t.Name.Space != "http://www.w3.org/2000/svg") {
				return errors.New("the file is not a PNG, JPEG or SVG picture")
			}
			root = false
			if err := checkElement(t); err != nil {
				return err
			}
		}
	}
}

// checkElement returns an error if an element of an SVG may run or load something.
func checkElement(e xml.StartElement) error {
	switch name := strings.ToLower(e.Name.Local); name {
	case "script", "foreignobject", "iframe", "handler", "audio", "video":
		return fmt.Errorf("the SVG has an element %s", name)
	}
	for _, a := range e.Attr {
		name, value := strings.ToLower(a.Name.Local), strings.TrimSpace(a.Value)
		if strings.HasPrefix(name, "on") {
			return fmt.Errorf("the SVG has a script in the attribute %s", name)
		}
		inside := strings.HasPrefix(value, "#") || strings.HasPrefix(value, "data:image/")
		if (name == "href" || name == "src") && !inside {
			return fmt.Errorf("the SVG refers to %.80q", value)
		}
	}
	return nil
}
