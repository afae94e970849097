// A judge of our proofs and checkpoints that is not ours: golang.org/x/mod/sumdb.
//
// Reads cases as lines of JSON, and writes "true" or "false" for each: whether it holds.
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
	Kind    string // "inclusion", "consistency", "tile" or "note"
	Index   int64
	Size    int64
	OldSize int64
	Leaf    []byte // the hash of a leaf, not its bytes
	Root    []byte
	OldRoot []byte
	Path    [][]byte
	Note    string
	Keys    []string
	Folder  string // holds tile/, as C2SP tlog-tiles names them
}

// holds is whether the judge accepts; hashes that are not 32 bytes are nobody's.
func (q question) holds() bool {
	switch q.Kind {
	case "inclusion":
		path, ok := hashes(append(q.Path, q.Root, q.Leaf))
		n := len(q.Path)
		return ok && tlog.CheckRecord(path[:n], q.Size, path[n], q.Index, path[n+1]) == nil
	case "consistency":
		path, ok := hashes(append(q.Path, q.Root, q.OldRoot))
		n := len(q.Path)
		return ok && tlog.CheckTree(path[:n], q.Size, path[n], q.OldSize, path[n+1]) == nil
	case "tile":
		return q.inTiles()
	case "note":
		return q.opens()
	}
	panic("unknown kind " + q.Kind)
}

// opens is whether each of the keys signed the note, whose text is a checkpoint of size and root.
func (q question) opens() bool {
	verifiers := []note.Verifier{}
	for _, key := range q.Keys {
		verifier, err := note.NewVerifier(key)
		if err != nil {
			return false
		}
		verifiers = append(verifiers, verifier)
	}
	opened, err := note.Open([]byte(q.Note), note.VerifierList(verifiers...))
	if err != nil || len(opened.Sigs) != len(q.Keys) {
		return false
	}
	lines := strings.Split(opened.Text, "\n")
	root, err := tlog.ParseHash(lines[2])
	return err == nil && lines[1] == strconv.FormatInt(q.Size, 10) && string(root[:]) == string(q.Root)
}

// inTiles is whether the tiles of a folder, checked against the root, hold the leaf at its index.
func (q question) inTiles() bool {
	found, ok := hashes([][]byte{q.Root, q.Leaf})
	if !ok {
		return false
	}
	reader := tlog.TileHashReader(tlog.Tree{N: q.Size, Hash: found[0]}, folder(q.Folder))
	proof, err := tlog.ProveRecord(q.Size, q.Index, reader)
	return err == nil && tlog.CheckRecord(proof, q.Size, found[0], q.Index, found[1]) == nil
}

type folder string

func (f folder) Height() int { return 8 }

func (f folder) SaveTiles([]tlog.Tile, [][]byte) {}

func (f folder) ReadTiles(tiles []tlog.Tile) (data [][]byte, err error) {
	for _, tile := range tiles {
		// C2SP leaves out the height, which is always 8.
		path := "tile/" + strings.TrimPrefix(tile.Path(), "tile/8/")
		content, err := os.ReadFile(string(f) + "/" + path)
		if err != nil {
			return nil, err
		}
		data = append(data, content)
	}
	return data, nil
}

func hashes(from [][]byte) (to []tlog.Hash, ok bool) {
	for _, each := range from {
		var hash tlog.Hash
		if copy(hash[:], each) != tlog.HashSize || len(each) != tlog.HashSize {
			return nil, false
		}
		to = append(to, hash)
	}
	return to, true
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var asked question
		if err := json.Unmarshal(lines.Bytes(), &asked); err != nil {
			panic(err)
		}
		fmt.Println(asked.holds())
	}
	if err := lines.Err(); err != nil {
		panic(err)
	}
}
