package desk

import (
	"oped"
	"oped/app"
)

func queueRoutes() []route {
	return []route{
		{"GET", "", oped.RoleReader, (*visit).queuePage},
		{"GET", "queue/{edition}/", oped.RoleReader, (*visit).queuePage},
	}
}

// maxShown is the number of pieces on a page of a queue.
const maxShown = 40

// queueView is the page of the queues.
type queueView struct {
	Edition string // the chosen one; "": all
	Queues  []*app.EditionQueue
	Reasons []oped.RejectReason
}

func (v *visit) queuePage() error {
	x := queueView{Edition: v.r.PathValue("edition"), Reasons: oped.RejectReasons()}
	var only []string
	if x.Edition != "" {
		only = []string{x.Edition}
	}
	var err error
	if x.Queues, err = v.app.Pieces().Queue(v.r.Context(), maxShown, only...); err != nil {
		return err
	}
	v.show("queue", &view{Title: "Queue", Section: "queue", Body: x})
	return nil
}
