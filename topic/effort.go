package topic

import (
	"context"
	"errors"

	"oped"
)

// errSteps is the error of an evaluation without any budget left.
var errSteps = errors.New("the budget of steps is used up")

// maxKeptSteps is the number of mentions kept at a time by an evaluation with a budget: two for each word of
// the longest text. It bounds memory, as the budget bounds time.
const maxKeptSteps = 1 << 19

// effort counts the steps of one evaluation. A step is a byte read, a node of the trie, a state of a regular
// expression or a mention looked at. The steps of a curator's rules are linear in the words of a text, and only
// counted. A stranger's expression has a budget too, and ends when its caller has gone.
type effort struct {
	steps   int
	charged int // steps already charged to the budget
	walked  int // steps of seek not counted yet
	ctx     context.Context
	budget  *oped.Budget // nil: no bound
	stopped error
}

// spend counts n steps and charges the budget with all steps not charged yet. It reports whether the evaluation
// may go on. No stage between two calls takes longer than reading one field does.
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
