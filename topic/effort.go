package topic

import (
	"context"
	"errors"

	"oped"
)

// errSteps is the error of an evaluation that used its budget up.
var errSteps = errors.New("the budget of steps is used up")

// maxKeptSteps is how many mentions an evaluation with a budget keeps at a time: two for each word of the longest text. It
// bounds memory, as the budget bounds time.
const maxKeptSteps = 1 << 19

// effort counts what one evaluation takes. A step is a byte read, a node of the trie, a state of a regular expression
// or a mention looked at. What a curator's rules take is linear in the words of a text and is counted only; what a
// stranger asks for has a budget, too, and ends when nobody waits for it.
type effort struct {
	steps   int
	charged int // of them, to the budget
	walked  int // steps of seek that are not counted yet
	ctx     context.Context
	budget  *oped.Budget // nil: no bound
	stopped error
}

// spend counts n steps, charges them to the budget with those that were counted since, and reports whether the
// evaluation may go on. No stage between two calls takes longer than reading one field does.
func (s *scratch) spend(n int) bool {
	s.steps += n
	if s.budget == nil {
		return true
	}
	if s.stopped == nil {
		s.stopped = s.ctx.Err()
	}
	n, s.charged = s.steps-s.charged, s.steps
	if s.stopped == nil && (!s.budget.Spend(n) || len(s.hits) > maxKeptSteps || len(s.spans) > maxKeptSteps) {
		s.stopped = errSteps
	}
	return s.stopped == nil
}
