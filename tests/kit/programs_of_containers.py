"""Containers of the standard library, and keys of one's own: programs for test_rewriting.py."""

# ruff: noqa: E501  # programs stand here as text, a line a statement

CONTAINERS = {
    "containers": """
        from collections import defaultdict, Counter, deque, OrderedDict, ChainMap, UserDict
        import heapq, operator, itertools
        class Loud(dict):
            def __setitem__(self, key, value): super().__setitem__(key, value * 2)
            def __missing__(self, key): self.missed = key; return -1
            def update(self, other): self.updated = len(other); super().update(other)
        class Stack(list):
            def push(self, x): self.append(x); return self
            def __iter__(self): return reversed(self[:])
        def program():
            groups, count, queue, order, loud, stack = defaultdict(list), Counter("abca"), deque([1, 2], maxlen=3), OrderedDict(a=1, b=2), Loud(), Stack([1])
            groups["x"].append(1)
            groups["y"] += [2, 3]
            before = "z" in groups, groups.get("z"), len(groups)
            count["a"] += 1
            count.update("zz")
            count -= Counter("b")
            queue.appendleft(0); queue.append(5); queue.rotate(1); queue[0] += 1; queue += [9]
            order.move_to_end("a")
            loud["k"] = 2
            loud["k"] += 1
            loud.update({"u": 1})
            stack.push(2).push(3)
            stack += [4]
            heap = []
            for n in (5, 1, 3): heapq.heappush(heap, n)
            seen = {1, 2}
            seen |= {3}
            seen.add(4); seen.discard(1); seen.update([7], (8,))
            numbers = [3, 1, 2]
            numbers.extend(numbers); numbers.sort(key=lambda n: -n); numbers.insert(0, numbers.pop())
            views = {"a": 1, "b": 2}
            keys, values, items = views.keys(), views.values(), views.items()
            views["c"] = 3
            setter = views.setdefault("d", []).append
            setter(4)
            chain = ChainMap({}, views)
            chain["new"] = 1
            user = UserDict(views); user["more"] = 1
            try:
                for key in views: views.pop(key)
            except RuntimeError as error:
                text = str(error)
            try:
                [].pop()
            except IndexError as error:
                text += str(error)
            try:
                views[[]] = 1
            except TypeError as error:
                text += type(error).__name__
            return (dict(groups), before, sorted(count.items()), count.most_common(1), count["none"], list(queue), list(order), dict(loud), loud["no"], loud.missed, loud.updated,
                    list(stack), [x for x in stack], heapq.heappop(heap), heap, sorted(seen), numbers, list(keys), list(values), list(items), len(items), "c" in keys,
                    {**views, "z": 0}, [*numbers, *seen][:3], list(reversed(numbers)), sum(numbers, 10), max(numbers), any(numbers), views.pop("no", "default"), next(iter(numbers)),
                    list(enumerate(numbers, 1))[:2], list(map(operator.add, numbers, numbers)), list(filter(None, [0, 1])), "-".join(map(str, numbers)), ",".join(["a"]), numbers.index(2), bytearray(b"ab").decode(),
                    list(itertools.chain(numbers, keys))[:2], sorted(views, key=str), dict(zip("ab", numbers)), text, chain["new"], user["more"], numbers * 2 == numbers + numbers, views | {"q": 1}, [1] + numbers[:1])
        """,
    "keys of one's own": """
        class Key:
            def __init__(self, name, log): self.name = name; self.log = log
            def __hash__(self): return hash(self.name)
            def __eq__(self, other): return self.name == other.name
        class Plain: pass
        def program():
            log = []
            one, same, other = Key("a", log), Key("a", log), Key("b", log)
            table, plain = {one: 1}, Plain()
            table[same] += 1
            table[other] = 3
            table[plain] = 4
            table[(plain, 1)] = 5
            table[program] = 6
            keys = {one, same, other}
            return table[one], same in table, other in keys, table.get(same), table.pop(other), len(table), len(keys), table[plain], table[plain, 1], [one] == [same], table[program], plain in table
        """,
}
