package publish

import "context"

// publish builds the changed pages, and exports them if files are wanted.
func (p *Publisher) publish(ctx context.Context) error {
	if err := p.Build(ctx); err != nil || p.options.Dir == "" {
		return err
	}
	return p.Export(ctx, Changed)
}
