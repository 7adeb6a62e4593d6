package main

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// plainWriter writes all output of the program: tables, JSON, help, errors and the log. It escapes control
// characters and controls of direction as \u009b, so that no text of a newspaper controls the terminal. In JSON,
// that is the same value. Line ends and tabs stay, and so do the joiners of Urdu. The marks of direction
// (U+200E, U+200F, U+061C) are escaped, since digits or punctuation of ours may follow.
type plainWriter struct {
	mu   sync.Mutex
	w    io.Writer
	rest []byte // the beginning of an incomplete character
}

// plainly wraps a writer, unless it is wrapped already.
func plainly(w io.Writer) io.Writer {
	if _, ok := w.(*plainWriter); ok || w == nil {
		return w
	}
	return &plainWriter{w: w}
}

// unwrapped returns the underlying writer, for output without text from outside.
func unwrapped(w io.Writer) io.Writer {
	if v, ok := w.(*plainWriter); ok {
		v.mu.Lock()
		defer v.mu.Unlock()
		return v.w
	}
	return w
}

func (v *plainWriter) Write(b []byte) (int, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if len(v.rest) > 0 {
		v.rest = append(v.rest, b...)
	} else {
		v.rest = b
	}
	out, text := escape(v.rest)
	v.rest = append([]byte(nil), text...)
	if len(out) == 0 {
		return len(b), nil
	}
	if _, err := v.w.Write(out); err != nil {
		return 0, err
	}
	return len(b), nil
}

// escape escapes the controls of a text. It returns the incomplete character at the end unread.
func escape(text []byte) (out, rest []byte) {
	out = make([]byte, 0, len(text))
	for len(text) > 0 && utf8.FullRune(text) {
		r, size := utf8.DecodeRune(text)
		switch {
		case obeyed(r):
			out = fmt.Appendf(out, `\u%04x`, r)
		case r == utf8.RuneError && size == 1:
			out = append(out, "\ufffd"...)
		default:
			out = append(out, text[:size]...)
		}
		text = text[size:]
	}
	return out, text
}

// plain returns a text as a plainWriter writes it, for measuring it.
func plain(s string) string {
	out, _ := escape([]byte(strings.ToValidUTF8(s, "\ufffd")))
	return string(out)
}

// end writes a replacement for an incomplete character.
func (v *plainWriter) end() {
	v.mu.Lock()
	defer v.mu.Unlock()
	if len(v.rest) > 0 {
		io.WriteString(v.w, "\ufffd")
		v.rest = nil
	}
}

// obeyed reports whether a terminal acts on a character, or reorders the text after it: C0 and C1 controls,
// foreign line ends, and the controls of direction (UAX 9 §2).
func obeyed(r rune) bool {
	switch {
	case r == '\n' || r == '\t':
		return false
	case r < utf8.RuneSelf:
		return r < ' ' || r == 0x7f
	}
	return r < 0xa0 || r == '\u2028' || r == '\u2029' || unicode.Is(unicode.Bidi_Control, r)
}
