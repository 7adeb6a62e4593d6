package coding

import (
	"slices"
	"strconv"
	"strings"
)

// Weights is how much a client wants each Coding, in thousandths; 0: not at all.
type Weights [Codings]int

// ParseAccept reads the Accept-Encoding fields of a request (RFC 9110 §12.5.3). A coding that they do not name is not
// wanted, but by a *. No coding at all can always be borne unless it is ruled out, and comes behind all that are
// named. Without any field the client takes everything, says the standard; clients that say nothing know nothing of
// codings, so that they are sent none.
func ParseAccept(accept []string) Weights {
	const unsaid = -1
	if len(accept) == 0 {
		return Weights{Identity: 1000, Gzip: 1, Brotli: 1, Zstd: 1}
	}
	w, any := Weights{unsaid, unsaid, unsaid, unsaid}, unsaid
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
		case w[c] != unsaid:
		case any != unsaid:
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

// weight is the q of a part of an Accept-Encoding in thousandths: 1000 if it has none, 0 if it makes no sense.
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

// Best is what a client is sent: of what it wants most, the smallest. A client that rules out everything gets the
// plain body all the same: a reader that asks for too much still wants to read.
func (w *Weights) Best() Coding {
	best := Identity
	for _, c := range slices.Backward(Compressing()) {
		if w[c] > 0 && w[c] >= w[best] {
			best = c
		}
	}
	return best
}
