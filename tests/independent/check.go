// Command check holds what zhucun writes against Go's own sumdb/note and sumdb/tlog: not a line of it is ours.
//
// It reads one JSON object per line and prints one line per object: "ok", or why not. For a proof it also makes every
// mutation below and says so when one of them is accepted.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type question struct {
	Kind  string // "note", "record", "tree"
	Note  string
	VKey  string
	Body  []byte      // record: the bytes of the event
	Size  int64       // of the (new) tree
	Root  tlog.Hash   // of the (new) tree
	Index int64       // record: of the event; tree: size of the old tree
	Old   tlog.Hash   // tree: root of the old tree
	Proof []tlog.Hash // as tlog orders it
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<26)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for lines.Scan() {
		var q question
		err := json.Unmarshal(lines.Bytes(), &q)
		if err == nil {
			err = answer(q)
		}
		if err != nil {
			fmt.Fprintln(out, strings.ReplaceAll(err.Error(), "\n", " "))
		} else {
			fmt.Fprintln(out, "ok")
		}
	}
}

func answer(q question) error {
	switch q.Kind {
	case "note":
		return opens(q)
	case "record":
		leaf := tlog.RecordHash(q.Body)
		return proves(q, func(p []tlog.Hash, index int64, leaf, root tlog.Hash) error {
			return tlog.CheckRecord(p, q.Size, root, index, leaf)
		}, leaf, q.Size)
	case "tree":
		return proves(q, func(p []tlog.Hash, index int64, old, root tlog.Hash) error {
			return tlog.CheckTree(p, q.Size, root, index, old)
		}, q.Old, q.Size+1)
	}
	return fmt.Errorf("unknown kind %q", q.Kind)
}

// opens says whether Go opens the note and reads from it the size and the root that were expected.
func opens(q question) error {
	verifier, err := note.NewVerifier(q.VKey)
	if err != nil {
		return err
	}
	opened, err := note.Open([]byte(q.Note), note.VerifierList(verifier))
	if err != nil {
		return err
	}
	// tlog.ParseTree knows only the module database's own first line.
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[3] != "" || lines[0] != verifier.Name() {
		return fmt.Errorf("not a checkpoint of %s: %q", verifier.Name(), opened.Text)
	}
	root, err := tlog.ParseHash(lines[2])
	if err != nil {
		return err
	}
	if lines[1] != strconv.FormatInt(q.Size, 10) || root != q.Root {
		return fmt.Errorf("size %s and root %s", lines[1], root)
	}
	return nil
}

type check func(p []tlog.Hash, index int64, first, root tlog.Hash) error

// proves says whether the proof is accepted as it is and in no other form.
func proves(q question, check check, first tlog.Hash, indexes int64) error {
	if err := check(q.Proof, q.Index, first, q.Root); err != nil {
		return err
	}
	same := q.Kind == "tree" && q.Index == q.Size // nothing to prove: the two roots are compared
	mutated := func(what string, p []tlog.Hash, index int64, first, root tlog.Hash) error {
		if check(p, index, first, root) == nil {
			return fmt.Errorf("accepted with %s: size %d, index %d", what, q.Size, q.Index)
		}
		return nil
	}
	for at := range q.Proof {
		changed := append([]tlog.Hash(nil), q.Proof...)
		changed[at][(at*7+3)%32] ^= 1 << (at % 8)
		if err := mutated("a flipped bit", changed, q.Index, first, q.Root); err != nil {
			return err
		}
		if at > 0 {
			swapped := append([]tlog.Hash(nil), q.Proof...)
			swapped[at], swapped[at-1] = swapped[at-1], swapped[at]
			if err := mutated("two hashes exchanged", swapped, q.Index, first, q.Root); err != nil {
				return err
			}
		}
		shorter := append(append([]tlog.Hash(nil), q.Proof[:at]...), q.Proof[at+1:]...)
		if err := mutated("a hash less", shorter, q.Index, first, q.Root); err != nil {
			return err
		}
	}
	longer := append(append([]tlog.Hash(nil), q.Proof...), first)
	other := first
	other[5] ^= 4
	root := q.Root
	root[31] ^= 128
	for _, err := range []error{
		mutated("a hash more", longer, q.Index, first, q.Root),
		mutated("another leaf or old root", q.Proof, q.Index, other, q.Root),
		mutated("another root", q.Proof, q.Index, first, root),
	} {
		if err != nil {
			return err
		}
	}
	for _, index := range []int64{q.Index - 1, q.Index + 1, indexes - 1 - q.Index} {
		if same || index == q.Index || index < 0 || index >= indexes || (q.Kind == "tree" && index < 1) {
			continue
		}
		if err := mutated("another index", q.Proof, index, first, q.Root); err != nil {
			return err
		}
	}
	return nil
}
