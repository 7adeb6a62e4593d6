package desk

import (
	"cmp"
	"errors"
	"strings"

	"oped"
)

// diagnostic is a mistake of a visitor, for the page with the form. The zero value is none.
type diagnostic struct {
	Message string
	Hint    string
	Line    string // of a query
	Caret   string // below the place of the mistake in it
}

// diagnosticOf returns an error of a visitor for a page. Any other error comes back.
func diagnosticOf(err error) (diagnostic, error) {
	var all oped.Diagnostics
	var one *oped.Diagnostic
	var hinted interface {
		error
		Hint() string
	}
	switch {
	case errors.As(err, &all) && len(all) > 0:
		one = all[0]
	case errors.As(err, &one):
	case errors.As(err, &hinted):
		return diagnostic{Message: sentence(hinted.Error()), Hint: sentence(hinted.Hint())}, nil
	default:
		return diagnostic{}, err
	}
	f := failureOf(one)
	x := diagnostic{Message: f.Message, Hint: f.Hint, Line: one.Line}
	if x.Line != "" {
		x.Caret = strings.Repeat(" ", max(0, one.Pos.Col-1)) + "^"
	}
	return x, nil
}

// inSentences returns an error for a list of failures.
func inSentences(err error) string {
	x, err := diagnosticOf(err)
	if err != nil {
		return err.Error()
	}
	return strings.TrimSpace(x.Message + " " + x.Hint)
}

// failureOf returns a mistake of a visitor in sentences.
func failureOf(one *oped.Diagnostic) failure {
	return failure{sentence(one.Message), sentence(cmp.Or(one.Desk, one.Hint))}
}

// isRefusal reports whether an error is one for people, and returns it in words.
func isRefusal(err error) (failure, bool) {
	if refused, ok := errors.AsType[*refusal](err); ok {
		return refused.failure, true
	}
	if wrong, ok := errors.AsType[*oped.Diagnostic](err); ok {
		return failureOf(wrong), true
	}
	return failure{}, false
}

// missing returns the error of a page as oped.ErrNotFound if its address names something unknown, and any other as it
// is.
func missing(err error) error {
	if _, ok := errors.AsType[*oped.Diagnostic](err); ok {
		return oped.ErrNotFound
	}
	return err
}

// sentence returns words with a full stop and a capital. Addresses and commands keep their letters.
func sentence(words string) string {
	if words == "" {
		return ""
	}
	if !strings.HasPrefix(words, "http") && !strings.HasPrefix(words, "oped ") {
		words = title(words)
	}
	if strings.ContainsAny(words[len(words)-1:], ".?!") {
		return words
	}
	return words + "."
}
