package app

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"oped/config"
)

// watchInterval is the time between two looks at the files of the configuration.
const watchInterval = 2 * time.Second

// watchFiles signals each change of the files of a configuration, once they stay the same for watchInterval: an editor
// or a copy may write them in parts. known is their stamp when they were read. It ends with ctx.
func watchFiles(ctx context.Context, files []string, known string, changed chan<- struct{}) error {
	tick := time.NewTicker(watchInterval)
	defer tick.Stop()
	for last := known; ; {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return ctx.Err()
		}
		now := stampOf(files)
		if now == last && now != known {
			known = now
			select {
			case changed <- struct{}{}:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		last = now
	}
}

// watched returns the files of a configuration, and the files of weights that it may have later.
func watched(cfg *config.Config) []string {
	files := slices.Clone(cfg.Files)
	for _, t := range cfg.Topics {
		if t.WeightsFile != "" && !slices.Contains(files, t.WeightsFile) {
			files = append(files, t.WeightsFile)
		}
	}
	return files
}

// stampOf returns a text that differs whenever one of the files does, or a file of the same kind beside them comes or
// goes: `include` may name it by a pattern.
func stampOf(files []string) string {
	var b strings.Builder
	var seen []string
	for _, path := range files {
		if info, err := os.Stat(path); err == nil {
			fmt.Fprintln(&b, path, info.Size(), info.ModTime().UnixNano())
		}
		pattern := filepath.Join(filepath.Dir(path), "*"+filepath.Ext(path))
		if slices.Contains(seen, pattern) {
			continue
		}
		seen = append(seen, pattern)
		beside, _ := filepath.Glob(pattern) // a folder with a strange name has no neighbours
		fmt.Fprintln(&b, beside)
	}
	return b.String()
}
