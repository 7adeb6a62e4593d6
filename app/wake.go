package app

import "context"

// wake says that there is something to do. Several at once are one.
type wake chan struct{}

func newWake() wake { return make(chan struct{}, 1) }

func (w wake) rouse() {
	select {
	case w <- struct{}{}:
	default:
	}
}

// each calls do after each signal, until it fails or ctx ends.
func (w wake) each(ctx context.Context, do func(context.Context) error) error {
	for {
		select {
		case <-w:
			if err := do(ctx); err != nil {
				return err
			}
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
