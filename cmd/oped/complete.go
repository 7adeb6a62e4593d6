package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"oped/app"
	"oped/config"
)

func completionCommand(a *cli) *cobra.Command {
	return &cobra.Command{
		Use:   "completion bash|zsh|fish|powershell",
		Short: "Print the completion script of a shell",
		Long: "Print a script that completes commands, flags, and the names of feeds, topics,\n" +
			"editions and pieces in a shell. make install installs those of bash, zsh and\n" +
			"fish.",
		Example:   "  source <(oped completion bash)",
		Args:      cobra.MatchAll(requireArgs("bash|zsh|fish|powershell"), cobra.OnlyValidArgs),
		ValidArgs: []string{"bash", "zsh", "fish", "powershell"},
		RunE: func(cmd *cobra.Command, args []string) error {
			root := cmd.Root()
			return map[string]func(io.Writer) error{
				"bash":       func(w io.Writer) error { return root.GenBashCompletionV2(w, true) },
				"zsh":        root.GenZshCompletion,
				"fish":       func(w io.Writer) error { return root.GenFishCompletion(w, true) },
				"powershell": root.GenPowerShellCompletionWithDesc,
			}[args[0]](a.stdout)
		},
	}
}

// nameList returns the names of one kind, each with a description, to complete what a person types.
type nameList func(ctx context.Context, a *cli, cfg *config.Config) []cobra.Completion

// complete adds the completion of names to the commands under root.
func (a *cli) complete(root *cobra.Command) {
	for path, lists := range map[string][]nameList{
		"feeds":          {feedNames},
		"feeds pause":    {feedNames},
		"feeds remove":   {feedNames},
		"feeds group":    {feedNames},
		"feeds resume":   {feedNames},
		"feeds fetch":    {feedNames},
		"ls":             {editionNames},
		"queue":          {editionNames},
		"show":           {pieceNames},
		"open":           {pieceNames},
		"explain":        {pieceNames, pieceOrTopicNames},
		"piece show":     {pieceNames},
		"piece versions": {pieceNames},
		"piece withdraw": {pieceNames},
		"piece approve":  {pieceNames, editionNames},
		"piece reject":   {pieceNames, editionNames},
		"piece hold":     {pieceNames, editionNames},
		"piece pin":      {pieceNames, editionNames},
		"piece unpin":    {pieceNames, editionNames},
		"piece note":     {pieceNames, editionNames},
		"piece tag":      {pieceNames, topicNames},
		"piece untag":    {pieceNames, topicNames},
		"piece merge":    {pieceNames, pieceNames, pieceNames},
		"piece split":    {pieceNames, pieceNames, pieceNames},
		"topic apply":    {topicNames},
		"topic diff":     {topicNames},
		"topic fit":      {topicNames},
		"topic queue":    {topicNames},
		"topic suggest":  {topicNames},
	} {
		if cmd, _, err := root.Find(strings.Fields(path)); err == nil {
			cmd.ValidArgsFunction = a.completes(lists...)
		}
	}
}

// completes returns the completion of arguments: the first one from the first list, and so on. A faulty configuration
// completes nothing.
func (a *cli) completes(lists ...nameList) cobra.CompletionFunc {
	return func(cmd *cobra.Command, args []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
		cfg, err := a.config()
		if err != nil || len(args) >= len(lists) {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		names := slices.DeleteFunc(lists[len(args)](cmd.Context(), a, cfg), func(name string) bool {
			return !strings.HasPrefix(name, typed)
		})
		return names, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder
	}
}

func feedNames(_ context.Context, _ *cli, cfg *config.Config) (names []cobra.Completion) {
	for _, f := range cfg.Feeds {
		names = append(names, cobra.CompletionWithDesc(f.Name, f.Publisher))
	}
	return names
}

func topicNames(_ context.Context, _ *cli, cfg *config.Config) (names []cobra.Completion) {
	for _, t := range cfg.Topics {
		names = append(names, cobra.CompletionWithDesc(t.Name, t.Title))
	}
	return names
}

func editionNames(_ context.Context, _ *cli, cfg *config.Config) (names []cobra.Completion) {
	for _, e := range cfg.Editions {
		names = append(names, cobra.CompletionWithDesc(e.Name, e.Title))
	}
	return names
}

// completedPieces is the number of pieces among the completions: the newest ones.
const completedPieces = 40

func pieceNames(ctx context.Context, a *cli, cfg *config.Config) (names []cobra.Completion) {
	p, err := app.OpenReadOnly(ctx, cfg, a.options())
	if err != nil {
		return nil
	}
	defer p.Close()
	list, err := p.Pieces().List(ctx, app.Listing{Limit: completedPieces})
	if err != nil {
		return nil
	}
	for _, x := range list {
		names = append(names, cobra.CompletionWithDesc(fmt.Sprint(x.Piece), oneLine(x.Papers[0]+": "+x.Title)))
	}
	return names
}

// pieceOrTopicNames returns the topics, then pieces.
func pieceOrTopicNames(ctx context.Context, a *cli, cfg *config.Config) []cobra.Completion {
	return append(topicNames(ctx, a, cfg), pieceNames(ctx, a, cfg)...)
}
