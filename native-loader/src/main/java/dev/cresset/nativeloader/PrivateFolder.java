package dev.cresset.nativeloader;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.EnumSet;
import java.util.Set;

/// Folders that only this user can write: code is loaded from them. On file systems without POSIX permissions (Windows)
/// the rights of the user's profile are relied on.
final class PrivateFolder {
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rwx------");
    private static final Set<PosixFilePermission> FOREIGN_WRITE =
            EnumSet.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);

    private PrivateFolder() {}

    /// Creates `folder`, and the folders above it, with mode 0700 where they do not exist, and makes sure that it
    /// belongs to this user and is not writable by others: what others may have put there is not to be loaded.
    ///
    /// @throws IOException if it cannot be created or written, belongs to somebody else, or is open to others
    static void require(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            create(folder);
        }
        if (!isPosix(folder)) {
            return;
        }
        PosixFileAttributes attributes = Files.readAttributes(folder, PosixFileAttributes.class);
        UserPrincipal me = me(folder);
        if (!attributes.owner().equals(me)) {
            throw new IOException(
                    folder + " belongs to " + attributes.owner().getName() + ", and this is " + me.getName());
        }
        if (attributes.permissions().stream().anyMatch(FOREIGN_WRITE::contains)) {
            throw new IOException(folder + " may be written by others ("
                    + PosixFilePermissions.toString(attributes.permissions())
                    + "): empty it, then run chmod 700 on it");
        }
    }

    private static void create(Path folder) throws IOException {
        Path above = folder.getParent();
        if (above != null && Files.notExists(above)) {
            create(above);
        }
        try {
            if (above != null && isPosix(above)) {
                Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
            } else {
                Files.createDirectory(folder);
            }
        } catch (FileAlreadyExistsException e) {
            // Another process was faster; a plain file in its place is an error.
            if (!Files.isDirectory(folder)) {
                throw e;
            }
        }
    }

    private static boolean isPosix(Path folder) throws IOException {
        return Files.getFileStore(folder).supportsFileAttributeView("posix");
    }

    private static UserPrincipal me(Path folder) throws IOException {
        // The name in user.name can be set to anything; the owner of a file that was just made cannot.
        Path probe = Files.createTempFile(folder, "owner", ".tmp");
        try {
            return Files.getOwner(probe, LinkOption.NOFOLLOW_LINKS);
        } finally {
            Files.delete(probe);
        }
    }
}
