/// The keys arranged in groups, in the order of the table. A group has the place of its first key.
struct KeyTree<Config: Sendable> {
  private(set) var branches: [Branch] = []

  indirect enum Branch {
    case key(name: String, Key<Config>)
    case group(name: String, KeyTree)
  }

  init(_ keys: [Key<Config>]) {
    for key in keys { insert(key, at: key.name.split(separator: ".").map(String.init)[...]) }
  }

  private init() {}

  private mutating func insert(_ key: Key<Config>, at path: ArraySlice<String>) {
    guard let name = path.first, path.count > 1 else {
      branches.append(.key(name: path.first ?? "", key))
      return
    }
    for (place, branch) in branches.enumerated() {
      guard case .group(name, var tree) = branch else { continue }
      tree.insert(key, at: path.dropFirst())
      branches[place] = .group(name: name, tree)
      return
    }
    var tree = KeyTree()
    tree.insert(key, at: path.dropFirst())
    branches.append(.group(name: name, tree))
  }
}
