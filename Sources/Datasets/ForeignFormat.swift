import Machine
package import Text

/// A kind of table that other programs have, and how to get from and to it.
package struct ForeignFormat: Sendable {
  package let name: String
  /// That of the name.
  var article: String { name == "HDF5" ? "an" : "a" }
  private let endings: [String]
  /// A Python program that makes a file of a table in an NPZ file; nil where there is none to show.
  private let writing: (@Sendable (_ npz: String, _ file: String) -> String)?
  /// A Python program that makes an NPZ file of a file.
  private let reading: (@Sendable (_ file: String, _ npz: String) -> String)?

  private static let all = [
    ForeignFormat(
      name: "Parquet", endings: ["parquet", "pq"],
      writing: {
        "import numpy, pandas; f = numpy.load('\($0)'); "
          + "pandas.DataFrame(f['data'], columns=f['columns']).to_parquet('\($1)')"
      },
      reading: {
        "import numpy, pyarrow.parquet as p; t = p.read_table('\($0)'); "
          + "numpy.savez('\($1)', **{c: t[c].to_numpy() for c in t.column_names})"
      }),
    ForeignFormat(
      name: "HDF5", endings: ["h5", "hdf5", "hdf", "he5"],
      writing: {
        "import numpy, h5py; f = numpy.load('\($0)'); "
          + "h5py.File('\($1)', 'w').update(zip(f['columns'], f['data'].T))"
      },
      reading: {
        "import numpy, h5py; f = h5py.File('\($0)'); "
          + "numpy.savez('\($1)', **{c: f[c][()] for c in f})"
      }),
    ForeignFormat(
      name: "ROOT", endings: ["root"],
      writing: {
        "import numpy, uproot; f = numpy.load('\($0)'); "
          + "uproot.recreate('\($1)')['events'] = dict(zip(f['columns'], f['data'].T))"
      },
      reading: {
        "import numpy, uproot; f = uproot.open('\($0)'); "
          + "numpy.savez('\($1)', **f[f.keys()[0]].arrays(library='np'))"
      }),
  ]

  /// Other formats that people may expect, without an example.
  private static let others = [
    "arrow", "feather", "fits", "json", "jsonl", "mat", "pickle", "pkl", "pt", "xls", "xlsx", "zip",
    "tar", "bz2", "xz", "zst", "zstd", "lz4", "7z", "safetensors", "onnx", "html", "pdf", "json5",
  ]

  /// Throws if no table can be written under this name.
  package static func check(_ path: String) throws(Failure) {
    let ending = ending(of: path)
    let formats = "the formats are .csv, .csv.gz and .npz"
    if let format = all.first(where: { $0.endings.contains(ending) }) {
      let program = format.writing?("\(stem(of: path)).npz", path) ?? ""
      throw .usage(
        "'\(path)': \(format.name) files cannot be written",
        hint: "\(formats); from .npz: python3 -c \"\(program)\"")
    }
    if others.contains(ending) {
      throw .usage("'\(path)': .\(ending) files cannot be written", hint: formats)
    }
    let inner = Self.ending(of: stem(of: path))
    if ending == "gz", inner == "npz" || inner == "npy" {
      throw .usage("'\(path)': .\(inner).gz files cannot be written", hint: formats)
    }
  }

  /// How to make an NPZ file of a file in this format.
  package func conversion(of path: String) -> String {
    let program = reading?(path, "\(Self.stem(of: path)).npz") ?? ""
    return "convert it: python3 -c \"\(program)\""
  }

  /// The format of a file that begins with these bytes; nil for all others.
  package static func begins(_ bytes: some Collection<UInt8>) -> ForeignFormat? {
    let starts: [(bytes: [UInt8], name: String)] = [
      (Array("PAR1".utf8), "Parquet"), ([0x89] + Array("HDF\r\n".utf8), "HDF5"),
      (Array("root".utf8), "ROOT"),
    ]
    let name = starts.first { bytes.starts(with: $0.bytes) }?.name
    return all.first { $0.name == name }
  }

  private static func ending(of path: String) -> String {
    let name = path.lastPathPart
    guard let dot = name.lastIndex(of: ".") else { return "" }
    return name[name.index(after: dot)...].lowercased()
  }

  private static func stem(of path: String) -> String {
    let ending = ending(of: path)
    return ending.isEmpty ? path : String(path.dropLast(ending.count + 1))
  }
}
