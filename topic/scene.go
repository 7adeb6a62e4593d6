package topic

import "slices"

// surroundings are the groups that features look at, beside the sides. Topics that see the same lists share them.
type surroundings struct {
	countries, between, matters, sections []int32 // by the kinds of that name; -1 for a group without a list
	persons, diplomacy                    int32
	index                                 int // in groups.around
}

// surroundings resolves the groups that features look at.
func (g *groups) surroundings(in *scope, c *compiler) *surroundings {
	x := &surroundings{
		countries: g.groupsOf(countries, in, c),
		between:   g.groupsOf(between, in, c),
		matters:   g.groupsOf(matters, in, c),
		sections:  g.groupsOf(sections, in, c),
		persons:   g.groupOf("persons", in, c),
		diplomacy: g.groupOf("diplomacy", in, c),
		index:     len(g.around),
	}
	for _, have := range g.around {
		if slices.Equal(have.countries, x.countries) && slices.Equal(have.between, x.between) &&
			slices.Equal(have.matters, x.matters) && slices.Equal(have.sections, x.sections) &&
			have.persons == x.persons && have.diplomacy == x.diplomacy {
			return have
		}
	}
	g.around = append(g.around, x)
	return x
}

// scene holds the surroundings that a piece mentions, by their indexes: few of them.
type scene struct {
	known     bool
	countries []int // with a strong mention
	matters   []int // with a mention anywhere, or a masked one: the weights are fitted to genres that see these
	sections  []int
}

// sceneOf finds the surroundings in a piece, once for all topics that share them.
func (s *scratch) sceneOf(x *surroundings) *scene {
	c := &s.scenes[x.index]
	if c.known {
		return c
	}
	c.known = true
	c.countries, c.matters, c.sections = c.countries[:0], c.matters[:0], c.sections[:0]
	each := func(of []int32, has func(p *party) bool, to []int) []int {
		for i, g := range of {
			if g >= 0 && has(&s.parties[g]) {
				to = append(to, i)
			}
		}
		return to
	}
	c.countries = each(x.countries, func(p *party) bool { return p.strong }, c.countries)
	c.matters = each(x.matters, func(p *party) bool { return p.head != nil }, c.matters)
	c.sections = each(x.sections, func(p *party) bool { return len(p.label) > 0 }, c.sections)
	return c
}
