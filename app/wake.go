package app

import "context"

// wake signals work to do. Several signals before it is received count as one.
type wake chan struct{}

func newWake() wake { return make(chan struct{}, 1) }

func (w wake) rouse() {
	select {
	case w <- struct{}{}:
	default:
	}
}

// each calls do after each signal, until do fails or ctx ends.
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
