package topic

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"oped/text"
)

// kind of a lexeme.
type kind uint8

const (
	end kind = iota
	word
	phrase
	list
	leftParen
	rightParen
	comma
	zone
	condition // a filter with its value
	operator  // AND OR NOT NEAR PRE SENT PARA
	function  // ATLEAST FIRST DYAD
	regex
)

// lexeme is one word or sign of an expression.
type lexeme struct {
	kind  kind
	text  string
	flags string // of a word or phrase, as "/caps/weak"
	value string // of a filter
	n     int    // of NEAR/n and PRE/n
	at    int    // byte offset in the expression
	to    int    // of a filter: the end of its value
}

// syntaxError is a mistake at a position of an expression.
type syntaxError struct {
	at            int
	message, hint string
}

type lexer struct {
	src string
	pos int
	out []lexeme
	err *syntaxError
}

var quotes = map[rune]string{'"': `"”“`, '“': `”"“`, '”': `”"`, '«': "»", '„': `“”"`, '‘': "’"}

// lex splits an expression into lexemes. It stops at the first mistake.
func lex(src string) ([]lexeme, *syntaxError) {
	lx := &lexer{src: src}
	for lx.err == nil && lx.next() {
	}
	lx.out = append(lx.out, lexeme{kind: end, at: len(src)})
	return lx.out, lx.err
}

func (lx *lexer) add(k kind, text string, at int) {
	lx.out = append(lx.out, lexeme{kind: k, text: text, at: at})
}

func (lx *lexer) fail(at int, message, hint string) bool {
	lx.err = &syntaxError{at, message, hint}
	return false
}

func (lx *lexer) next() bool {
	for lx.pos < len(lx.src) {
		r, size := utf8.DecodeRuneInString(lx.src[lx.pos:])
		if !unicode.IsSpace(r) {
			break
		}
		lx.pos += size
	}
	if lx.pos >= len(lx.src) {
		return false
	}
	at := lx.pos
	r, size := utf8.DecodeRuneInString(lx.src[at:])
	switch {
	case r == '(':
		lx.pos += size
		lx.add(leftParen, "(", at)
	case r == ')':
		lx.pos += size
		lx.add(rightParen, ")", at)
	case r == ',':
		lx.pos += size
		lx.add(comma, ",", at)
	case quotes[r] != "":
		return lx.quoted(at, size, quotes[r])
	case strings.HasPrefix(lx.src[at:], "/re/"):
		return lx.regex(at)
	default:
		return lx.bare(at)
	}
	return true
}

// quoted reads a phrase. Curly quotation marks count as quotation marks.
func (lx *lexer) quoted(at, size int, closers string) bool {
	body := lx.src[at+size:]
	n := strings.IndexAny(body, closers)
	if n < 0 {
		return lx.fail(at, "this quotation mark is never closed", `write "two words"`)
	}
	_, closer := utf8.DecodeRuneInString(body[n:])
	lx.pos = at + size + n + closer
	flags := lx.flags()
	lx.out = append(lx.out, lexeme{
		kind:  phrase,
		text:  body[:n],
		flags: flags,
		at:    at,
	})
	return true
}

// flags reads the flags directly after a phrase, as /caps or ~.
func (lx *lexer) flags() string {
	rest := lx.src[lx.pos:]
	if rest == "" || rest[0] != '/' && rest[0] != '~' {
		return ""
	}
	n := strings.IndexFunc(rest, func(r rune) bool { return unicode.IsSpace(r) || r == '(' || r == ')' || r == ',' })
	if n < 0 {
		n = len(rest)
	}
	lx.pos += n
	return rest[:n]
}

const maxRegex = 256 // bytes

func (lx *lexer) regex(at int) bool {
	body := lx.src[at+len("/re/"):]
	n := strings.IndexByte(body, '/')
	if n < 1 {
		return lx.fail(at, "this regular expression has no end", "write /re/colou?r/")
	}
	if n > maxRegex {
		return lx.fail(at, "this regular expression is too long",
			"256 characters are the limit; a list of terms is faster and easier to read")
	}
	lx.pos = at + len("/re/") + n + 1
	lx.add(regex, body[:n], at)
	return true
}

// zoneNames are the zones an expression may name.
var zoneNames = []string{"title", "lead", "body", "summary", "quote", "author", "category", "url"}

func (lx *lexer) bare(at int) bool {
	rest := lx.src[at:]
	n := strings.IndexFunc(rest, endsBare)
	if n < 0 {
		n = len(rest)
	}
	s := rest[:n]
	if i := strings.IndexByte(s, ':'); i > 0 {
		name := s[:i]
		for _, z := range zoneNames {
			if strings.EqualFold(name, z) {
				lx.pos = at + i + 1
				lx.add(zone, z, at)
				return true
			}
		}
		for _, f := range filterNames {
			if strings.EqualFold(name, f) {
				return lx.filter(f, at, at+i+1)
			}
		}
		if isName(name) && !strings.HasPrefix(s[i:], "://") {
			return lx.fail(at, "there is no zone or filter "+name+":",
				text.DidYouMean(name, slices.Concat(zoneNames, filterNames), "the zones are "+
					strings.Join(zoneNames, ", ")+"; the filters are "+strings.Join(filterNames, ", ")))
		}
	}
	if has(s, unicode.IsLetter) && strings.ContainsRune("-+!", rune(s[0])) {
		hint := "write NOT " + s[1:]
		if s[0] == '+' {
			hint = "write AND " + s[1:] + ": adjacent words must all appear anyway"
		}
		return lx.fail(at, fmt.Sprintf("%q has no meaning: %c is not an operator", s, s[0]), hint)
	}
	lx.pos = at + n
	if n == 0 { // a stray ’
		lx.pos = at + 1
		return lx.fail(at, "unexpected quotation mark", "")
	}
	if strings.HasPrefix(s, "$") {
		if !isName(s[1:]) {
			return lx.fail(at, s+" is not a list name", "write $name, with letters, digits, _ or -")
		}
		lx.add(list, s[1:], at)
		return true
	}
	return lx.keyword(s, at)
}

// filter reads the value of a filter, a word or in quotation marks.
func (lx *lexer) filter(name string, at, from int) bool {
	rest := lx.src[from:]
	first, size := utf8.DecodeRuneInString(rest)
	value, n := "", strings.IndexFunc(rest, endsBare)
	if n < 0 {
		n = len(rest)
	}
	if closers := quotes[first]; closers != "" {
		body := rest[size:]
		end := strings.IndexAny(body, closers)
		if end < 0 {
			return lx.fail(from, "this quotation mark is never closed", "write "+filterForms[name])
		}
		_, closer := utf8.DecodeRuneInString(body[end:])
		value, n = body[:end], size+end+closer
	} else {
		value = rest[:n]
	}
	if value = strings.Join(strings.Fields(value), " "); value == "" {
		return lx.fail(at, name+": needs a value directly after it", "write "+filterForms[name])
	}
	lx.pos = from + n
	lx.out = append(lx.out, lexeme{
		kind:  condition,
		text:  name,
		value: value,
		at:    at,
		to:    lx.pos,
	})
	return true
}

// endsBare reports whether a rune ends a word without quotation marks.
func endsBare(r rune) bool {
	return unicode.IsSpace(r) || r == '(' || r == ')' || r == ',' || quotes[r] != "" && r != '‘' && r != '’'
}

// keyword adds an operator, a function or a word.
func (lx *lexer) keyword(s string, at int) bool {
	name, number, slashed := strings.Cut(s, "/")
	switch name {
	case "NEAR", "PRE":
		n, ok := atoi(number)
		if !slashed || !ok || n < 1 {
			return lx.fail(at, name+" needs a distance in words", "write "+name+"/10")
		}
		lx.out = append(lx.out, lexeme{
			kind: operator,
			text: name,
			n:    n,
			at:   at,
		})
		return true
	}
	if capital := strings.ToUpper(name); name != capital &&
		(slashed && (capital == "NEAR" || capital == "PRE") || s == "and" || s == "or" || s == "not") {
		return lx.fail(at, "operators are written in capitals: "+capital,
			fmt.Sprintf("to find the word itself, quote it: %q", name))
	}
	switch s {
	case "AND", "OR", "NOT", "SENT", "PARA":
		lx.add(operator, s, at)
	case "ATLEAST", "FIRST", "DYAD":
		lx.add(function, s, at)
	default:
		lx.add(word, s, at)
	}
	return true
}

func isName(s string) bool {
	return s != "" &&
		strings.IndexFunc(s,
			func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '_' && r != '-' }) < 0
}

func atoi(s string) (n int, ok bool) {
	for _, c := range []byte(s) {
		if c < '0' || c > '9' || n > 100_000 {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return n, s != ""
}
