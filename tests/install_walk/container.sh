# Runs a command as compose.yaml runs the image: $1 is the root directory, $2 the volume, $3 the user, $4 the folder,
# $5 the size of /tmp. Nothing but the volume, /tmp and shared memory can be written, and there are no capabilities.
set -eu
root=$1 volume=$2 user=$3 folder=$4 size=$5
shift 5
mount --make-rprivate /
mount --bind "$root" "$root"
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mount --bind "$root$volume" "$root$volume"
mount -t tmpfs -o "size=$size" tmpfs "$root/tmp"
mount -o remount,bind,ro "$root"
exec chroot "$root" setpriv --reuid="$user" --regid="$user" --clear-groups --no-new-privs --inh-caps=-all \
    --bounding-set=-all env -i --chdir="$folder" "$@"
