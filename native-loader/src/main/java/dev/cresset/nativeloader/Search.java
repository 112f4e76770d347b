package dev.cresset.nativeloader;

import dev.cresset.nativeloader.LibrarySearch.Look;
import dev.cresset.nativeloader.LibrarySearch.Outcome;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Looks for a library step by step, opens what it finds, and has it judged.
///
/// @param <T> what is made of the library
final class Search<T> {
    private final List<String> names;
    private final LibraryJudge<T> judge;
    private final List<Look> looks = new ArrayList<>();
    private @Nullable T found;
    private @Nullable String foundPath;
    private @Nullable RefusedException refusal;
    private @Nullable String refusedPlace;
    private boolean isExplicit;
    private int step;
    private String origin = "";

    private Search(List<String> names, LibraryJudge<T> judge) {
        this.names = names;
        this.judge = judge;
    }

    /// Goes through the steps until something is taken, or something explicit is refused.
    static <T> Search<T> run(List<SearchStep> steps, List<String> names, LibraryJudge<T> judge) {
        Search<T> search = new Search<>(names, judge);
        for (SearchStep next : steps) {
            search.step++;
            search.origin = next.origin();
            if (search.isOver(next)) {
                break;
            }
        }
        return search;
    }

    /// What was made of the library that was taken, if one was.
    Optional<T> found() {
        return Optional.ofNullable(found);
    }

    /// Why the first that was found was refused, if nothing was taken.
    Optional<RefusedException> refusal() {
        return found == null ? Optional.ofNullable(refusal) : Optional.empty();
    }

    /// The place of the [#refusal()].
    String refusedPlace() {
        return String.valueOf(refusedPlace);
    }

    /// Whether the user named the place, so that no other was looked at.
    boolean isExplicit() {
        return isExplicit;
    }

    LibrarySearch report(String title) {
        Optional<LibrarySearch.Found> taken =
                found().map(library -> new LibrarySearch.Found(String.valueOf(foundPath), judge.version(library)));
        return new LibrarySearch(title, names, looks, taken);
    }

    private boolean isOver(SearchStep next) {
        switch (next) {
            case SearchStep.Explicit explicit -> {
                if (explicit.place().isEmpty()) {
                    note("", Outcome.NOT_SET, "not set");
                    return false;
                }
                isExplicit = true;
                lookAtExplicit(explicit.place().get());
                return true;
            }
            case SearchStep.InProcess _ -> lookInProcess();
            case SearchStep.Folders folders -> lookInFolders(folders);
            case SearchStep.SystemLoader _ -> lookBySystem();
        }
        return found != null;
    }

    private void lookAtExplicit(String place) {
        try {
            Path named = Path.of(place).toAbsolutePath();
            if (!Files.isDirectory(named)) {
                if (!Files.exists(named)) {
                    throw new RefusedException("there is no such file", "Correct " + origin + ", or take it away.");
                }
                take(named);
                return;
            }
            if (!isTakenIn(named) && refusal == null) {
                throw new RefusedException(
                        "this folder has no " + String.join(" or ", names), "Correct " + origin + ", or take it away.");
            }
        } catch (RefusedException e) {
            refuse(place, e);
        } catch (InvalidPathException e) {
            refuse(place, new RefusedException("it is no path", "Correct " + origin + ", or take it away."));
        }
    }

    private void lookInProcess() {
        for (String name : names) {
            SharedLibrary library = SharedLibrary.loadedByOthers(name).orElse(null);
            if (library != null) {
                accept(library);
                if (found != null) {
                    return;
                }
            }
        }
        if (looks.isEmpty() || looks.getLast().step() != step) {
            note("", Outcome.NOT_SET, "none");
        }
    }

    private void lookInFolders(SearchStep.Folders step) {
        if (step.folders().isEmpty()) {
            note("", Outcome.NOT_SET, step.ifNone());
        }
        for (Path folder : step.folders()) {
            if (isTakenIn(folder)) {
                return;
            }
        }
    }

    private boolean isTakenIn(Path folder) {
        int before = looks.size();
        for (String name : names) {
            Path file = folder.resolve(name);
            if (Files.exists(file)) {
                try {
                    take(file);
                } catch (RefusedException e) {
                    refuse(file.toString(), e);
                }
                if (found != null) {
                    return true;
                }
            }
        }
        if (looks.size() == before) {
            note(folder.toString(), Outcome.ABSENT, "");
        }
        return false;
    }

    private void lookBySystem() {
        for (String name : names) {
            try {
                accept(SharedLibrary.open(name));
                if (found != null) {
                    return;
                }
            } catch (RefusedException e) {
                // "<name>: cannot open ..." says that there is none of this name, and not what it needs.
                if (e.reason().contains(" " + name + ": cannot open shared object file") || Platform.isWindows()) {
                    note(name, Outcome.ABSENT, "");
                } else {
                    refuse(name, e);
                }
            }
        }
    }

    private void take(Path file) throws RefusedException {
        String soname = soname(file);
        if (!names.contains(soname)) {
            throw new RefusedException(
                    "it calls itself '" + soname + "', and " + String.join(" or ", names) + " is looked for",
                    "Name the right file, or its folder.");
        }
        List<SharedLibrary> companions = judge.companions(file);
        try {
            SharedLibrary library = SharedLibrary.open(file.toString());
            String loaded = SharedLibrary.pathOfLoaded(soname).orElse(library.path());
            if (!library.path().equals(loaded)) {
                library.close();
                throw new RefusedException(
                        "this Java has already loaded another one, " + loaded,
                        "Start the program again with the one that you want.");
            }
            accept(library);
        } finally {
            if (found == null) {
                companions.forEach(SharedLibrary::close);
            }
        }
    }

    private void accept(SharedLibrary library) {
        try {
            String soname = soname(Path.of(library.path()));
            found = judge.judge(library, soname);
            foundPath = library.path();
            library.keep(soname);
            note(library.path(), Outcome.TAKEN, "");
        } catch (RefusedException e) {
            library.close();
            refuse(library.path(), e);
        }
    }

    private static String soname(Path file) throws RefusedException {
        return Platform.isWindows()
                ? String.valueOf(file.getFileName())
                : ElfFile.soname(file).orElse("");
    }

    private void refuse(String place, RefusedException reason) {
        note(place, Outcome.REFUSED, reason.reason());
        if (refusal == null) {
            refusal = reason;
            refusedPlace = place;
        }
    }

    private void note(String place, Outcome outcome, String detail) {
        looks.add(new Look(step, origin, place, outcome, detail));
    }
}
