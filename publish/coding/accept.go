package coding

import (
	"slices"
	"strconv"
	"strings"
)

// Weights holds a client's preference for each [Coding], in thousandths. 0 means not acceptable.
type Weights [Codings]int

// ParseAccept parses the Accept-Encoding fields of a request (RFC 9110 §12.5.3). Names are case-insensitive, and x-gzip
// means gzip. An unnamed coding is unacceptable unless "*" covers it, and so is a coding with an invalid weight.
// Identity is always acceptable unless ruled out, but ranks below all named codings. Without any field, the standard
// accepts every coding; but such clients know nothing of codings, so they get none.
func ParseAccept(accept []string) Weights {
	const unnamed = -1
	if len(accept) == 0 {
		return Weights{Identity: 1000, Gzip: 1, Brotli: 1, Zstd: 1}
	}
	w, any := Weights{unnamed, unnamed, unnamed, unnamed}, unnamed
	for _, line := range accept {
		for line != "" {
			var part string
			part, line, _ = strings.Cut(line, ",")
			name, parameters, _ := strings.Cut(part, ";")
			name, q := strings.Trim(name, " \t"), weight(parameters)
			if name == "*" {
				any = q
			} else if c, known := codingOf(name); known {
				w[c] = q
			}
		}
	}
	for c := range w {
		switch {
		case w[c] != unnamed:
		case any != unnamed:
			w[c] = any
		case Coding(c) == Identity:
			w[c] = 1
		default:
			w[c] = 0
		}
	}
	return w
}

func codingOf(name string) (Coding, bool) {
	switch {
	case strings.EqualFold(name, "gzip"), strings.EqualFold(name, "x-gzip"):
		return Gzip, true
	case strings.EqualFold(name, "br"):
		return Brotli, true
	case strings.EqualFold(name, "zstd"):
		return Zstd, true
	case strings.EqualFold(name, "identity"):
		return Identity, true
	}
	return 0, false
}

// weight returns the q of one coding in thousandths: 1000 if it has none, 0 if it is invalid.
func weight(parameters string) int {
	parameters = strings.Trim(parameters, " \t")
	if parameters == "" {
		return 1000
	}
	name, value, _ := strings.Cut(parameters, "=")
	q, err := strconv.ParseFloat(strings.Trim(value, " \t"), 64)
	if !strings.EqualFold(strings.Trim(name, " \t"), "q") || err != nil || !(q >= 0 && q <= 1) {
		return 0
	}
	return int(q*1000 + 0.5)
}

// Best returns the coding to send: among the codings with the highest weight, the smallest. A client that rules out
// every coding gets the plain body: an overly strict reader still wants to read.
func (w *Weights) Best() Coding {
	best := Identity
	for _, c := range slices.Backward(Compressing()) {
		if w[c] > 0 && w[c] >= w[best] {
			best = c
		}
	}
	return best
}
