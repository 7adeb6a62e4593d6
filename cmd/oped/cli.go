package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"oped"
	"oped/app"
	"oped/config"
	"oped/text"
)

// cli is a command line with its environment, so that tests can run it too.
type cli struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	getenv         func(string) string
	now            func() time.Time

	configPath  string
	logFormat   string
	quiet       bool
	asJSON      bool // --json of the command
	applyDrafts bool // of `once` and `run`: activate drafted rules at the start

	log *slog.Logger // set when the command begins: later errors are not about usage
}

// Exit codes.
const (
	exitDone   = 0
	exitFailed = 1
	exitUsage  = 2
)

// main runs one command line and returns the exit code. It reports errors in words. A panic is reported as a
// bug, with its stack.
func (a *cli) main(ctx context.Context, args []string) (code int) {
	a.stdout, a.stderr = plainly(a.stdout), plainly(a.stderr)
	defer func() {
		for _, w := range []io.Writer{a.stdout, a.stderr} {
			if v, ok := w.(*plainWriter); ok {
				v.end()
			}
		}
	}()
	defer func() {
		if p := recover(); p != nil {
			code = a.report(app.Bug(p))
		}
	}()
	a.stdin = interruptible{ctx, a.stdin}
	root := a.rootCommand()
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return exitDone
	}
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		return exitDone // interrupted, and stopped
	}
	return a.report(err)
}

func (a *cli) rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "oped",
		Short: "Republish op-ed feeds by topic",
		Long: "Fetch the op-ed feeds of newspapers and think tanks, recognise the copies of a\n" +
			"piece, tag pieces on topics, and republish them as feeds and pages.",
		Example:       "  oped demo",
		SilenceErrors: true,
		SilenceUsage:  true,
		PersistentPreRunE: func(*cobra.Command, []string) error {
			var err error
			a.log, err = a.newLog()
			return err
		},
	}
	root.SetIn(a.stdin)
	root.SetOut(a.stdout)
	root.SetErr(a.stderr)
	flags := root.PersistentFlags()
	flags.StringVar(&a.configPath, "config", "", "configuration `file` (default: $OPED_CONFIG or config.yaml)")
	flags.StringVar(&a.logFormat, "log", "text", "`format` of the log: text or json")
	flags.BoolVar(&a.quiet, "quiet", false, "log warnings and errors only")
	root.SetGlobalNormalizationFunc(func(_ *pflag.FlagSet, name string) pflag.NormalizedName {
		if name == "most" { // its name in release 0.1
			name = "limit"
		}
		return pflag.NormalizedName(name)
	})
	root.AddCommand(
		runCommand(a), onceCommand(a), demoCommand(a), initCommand(a), checkCommand(a), feedsCommand(a),
		explainCommand(a),
		publishCommand(a), parseCommand(a), topicCommand(a), pieceCommand(a), undoCommand(a, false), dedupCommand(a),
		importCommand(a), exportCommand(a), versionCommand(a),
	)
	return root
}

// parent makes a command of subcommands only. Alone it prints its help; any argument is a mistake.
func parent(cmd *cobra.Command) *cobra.Command {
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if len(args) == 0 {
			return cmd.Help()
		}
		var names []string
		for _, sub := range cmd.Commands() {
			names = append(names, sub.Name())
		}
		return oped.Invalid(fmt.Sprintf("unknown command %q for %q", args[0], cmd.CommandPath()),
			text.DidYouMean(args[0], names, cmd.CommandPath()+" --help lists its commands"))
	}
	return cmd
}

// requireArgs requires these arguments, and names the missing ones.
func requireArgs(names ...string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) < len(names) {
			return oped.Invalid(
				fmt.Sprintf("%s: %s is missing", cmd.CommandPath(), strings.Join(names[len(args):], " and ")),
				"write "+cmd.UseLine())
		}
		if len(args) > len(names) {
			return oped.Invalid(fmt.Sprintf("%s: unexpected argument %q", cmd.CommandPath(), args[len(names)]),
				"write "+cmd.UseLine())
		}
		return nil
	}
}

// requireMore requires at least this many arguments of one kind.
func requireMore(name string, lowest int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) < lowest {
			return oped.Invalid(
				fmt.Sprintf("%s: expected at least %s, found %d", cmd.CommandPath(), text.Count(lowest, name),
					len(args)), "write "+cmd.UseLine())
		}
		return nil
	}
}

// report prints an error as "oped: problem" and "hint: solution", and returns its exit code.
func (a *cli) report(err error) int {
	var mistakes oped.Diagnostics
	var mistake *oped.Diagnostic
	var hinted interface{ Hint() string }
	switch {
	case errors.As(err, &mistakes):
		for _, m := range mistakes {
			fmt.Fprintf(a.stderr, "oped: %s\n", m.Error())
		}
		if n := len(mistakes); n > 1 {
			fmt.Fprintf(a.stderr, "oped: %d mistakes; nothing was changed\n", n)
		}
		return exitUsage
	case errors.As(err, &mistake):
		fmt.Fprintf(a.stderr, "oped: %s\n", mistake.Error())
		return exitUsage
	case errors.As(err, &hinted) && hinted.Hint() != "":
		fmt.Fprintf(a.stderr, "oped: %v\nhint: %s\n", err, hinted.Hint())
		return exitFailed
	case a.log == nil:
		what, _, _ := strings.Cut(err.Error(), "\n")
		fmt.Fprintf(a.stderr, "oped: %s\nhint: oped --help lists the commands, oped COMMAND --help the flags of one\n",
			what)
		return exitUsage
	}
	fmt.Fprintf(a.stderr, "oped: %v\n", err)
	return exitFailed
}

// newLog returns the logger of the command.
func (a *cli) newLog() (*slog.Logger, error) {
	level := slog.LevelInfo
	if a.quiet {
		level = slog.LevelWarn
	}
	options := &slog.HandlerOptions{Level: level}
	switch a.logFormat {
	case "text":
		return slog.New(slog.NewTextHandler(a.stderr, options)), nil
	case "json":
		return slog.New(slog.NewJSONHandler(a.stderr, options)), nil
	}
	return nil, oped.Invalid(fmt.Sprintf("--log %s is not a log format", a.logFormat), "write --log text or --log json")
}

// configFile returns the path of the configuration: the flag, else $OPED_CONFIG, else config.yaml in the working
// directory.
func (a *cli) configFile() string {
	if a.configPath != "" {
		return a.configPath
	}
	if env := a.getenv("OPED_CONFIG"); env != "" {
		return env
	}
	return "config.yaml"
}

func (a *cli) config() (*config.Config, error) { return config.Load(a.configFile()) }

// terminal reports whether w is a terminal.
func terminal(w io.Writer) bool {
	f, ok := unwrapped(w).(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
