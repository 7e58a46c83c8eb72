//! `read` as other programs drive it, on drawn photos.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use fieldcore_frames::document::{DocumentKind, Level, Shot, document_burst};
use fieldcore_frames::{burst, condition, render};
use serde_json::Value;

fn photo(dir: &Path, name: &str, scene: &fieldcore_frames::Scene) -> (PathBuf, String) {
    let frame = render(scene);
    let path = dir.join(format!("{name}.png"));
    let pixels =
        image::GrayImage::from_raw(frame.width as u32, frame.height as u32, frame.data).expect("a whole frame");
    pixels.save(&path).expect("a picture");
    (path, frame.expected.first().map(|(_, text)| text.clone()).unwrap_or_default())
}

fn read(arguments: &[&str], photos: &[PathBuf]) -> (Output, Vec<Value>) {
    let output = Command::new(env!("CARGO_BIN_EXE_fieldcore-terminal"))
        .arg("read")
        .args(arguments)
        .args(photos)
        .output()
        .expect("the program runs");
    let objects = String::from_utf8(output.stdout.clone()).expect("text");
    let objects = objects.lines().map(|line| serde_json::from_str(line).expect("one object a line")).collect();
    (output, objects)
}

#[test]
fn a_photo_of_a_turned_tube_is_read_and_interpreted() {
    let dir = tempfile::tempdir().unwrap();
    let (path, text) = photo(dir.path(), "tube", &condition("turn-45", 1).unwrap());
    let (output, objects) = read(&["--json"], std::slice::from_ref(&path));
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(objects.len(), 1);
    assert_eq!(objects[0]["file"], path.display().to_string());
    let reading = &objects[0]["readings"][0];
    assert_eq!(
        (&reading["source"], &reading["symbology"], &reading["text"]),
        (&"symbol".into(), &"]C0".into(), &text.into())
    );
    assert_eq!(
        (&reading["frames"], &reading["agreed"]),
        (&1.into(), &false.into()),
        "one photo is told, and proves little"
    );
    assert_eq!((&reading["status"], &reading["kind"]), (&"accept".into(), &"plain".into()));
    assert_eq!(objects[0]["guidance"], serde_json::json!([]));
}

#[test]
fn what_is_transparent_in_a_picture_is_paper() {
    let dir = tempfile::tempdir().unwrap();
    let (path, text) = photo(dir.path(), "tube", &condition("px-2.0", 1).unwrap());
    let mut picture = image::open(&path).unwrap().into_luma_alpha8();
    // A label cut out of its picture: the light ground is gone, black lies beneath.
    for pixel in picture.pixels_mut().filter(|pixel| pixel.0[0] > 128) {
        *pixel = image::LumaA([0, 0]);
    }
    picture.save(&path).unwrap();
    let (_, objects) = read(&[], &[path]);
    assert_eq!(objects[0]["readings"][0]["text"], text);
}

#[test]
fn of_a_burst_only_what_two_photos_agree_on_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let scenes = burst(&condition("any-angle", 2).unwrap(), 3, 2);
    let photos: Vec<_> = scenes.iter().enumerate().map(|(i, scene)| photo(dir.path(), &i.to_string(), scene)).collect();
    let text = photos[0].1.clone();
    let paths: Vec<PathBuf> = photos.into_iter().map(|(path, _)| path).collect();
    let (_, objects) = read(&["--burst", "--json"], &paths);
    assert_eq!(objects.len(), 3);
    assert_eq!(objects[0]["readings"], serde_json::json!([]));
    let last = &objects[2]["readings"][0];
    assert_eq!((&last["text"], &last["agreed"]), (&text.into(), &true.into()));
}

#[test]
fn two_tubes_in_one_photo_are_said_to_be_two() {
    let dir = tempfile::tempdir().unwrap();
    let (path, _) = photo(dir.path(), "two", &condition("two-tubes", 1).unwrap());
    let (_, objects) = read(&[], &[path]);
    assert_eq!(objects[0]["readings"].as_array().unwrap().len(), 2);
    assert_eq!(objects[0]["guidance"], serde_json::json!(["two_codes"]));
}

#[test]
fn what_is_no_photo_is_named_and_the_others_are_read_all_the_same() {
    let dir = tempfile::tempdir().unwrap();
    let (path, _) = photo(dir.path(), "tube", &condition("px-2.0", 1).unwrap());
    let text = dir.path().join("notes.txt");
    std::fs::write(&text, "no picture").unwrap();
    let (output, objects) = read(&[], &[text.clone(), dir.path().join("nowhere.jpg"), path]);
    assert_eq!(output.status.code(), Some(3));
    assert_eq!(objects.len(), 1);
    let complaints = String::from_utf8(output.stderr).unwrap();
    assert!(complaints.contains("notes.txt") && complaints.contains("nowhere.jpg"), "{complaints}");
    let cut = dir.path().join("cut.png");
    let bytes = std::fs::read(dir.path().join("tube.png")).unwrap();
    std::fs::write(&cut, &bytes[..bytes.len() / 2]).unwrap();
    assert_eq!(read(&[], &[cut]).0.status.code(), Some(3));
}

/// Photos of these frames in a folder.
fn saved(dir: &Path, shots: Vec<Shot>) -> Vec<PathBuf> {
    let save = |(place, shot): (usize, Shot)| {
        let path = dir.join(format!("{place}.png"));
        let pixels = image::GrayImage::from_raw(shot.width as u32, shot.height as u32, shot.data);
        pixels.expect("a whole frame").save(&path).expect("a picture");
        path
    };
    shots.into_iter().enumerate().map(save).collect()
}

/// The texts that are told of each photo.
fn told(objects: &[Value]) -> Vec<Vec<String>> {
    let text = |reading: &Value| reading["text"].as_str().expect("a text").to_owned();
    objects.iter().map(|object| object["readings"].as_array().expect("readings").iter().map(text).collect()).collect()
}

/// The texts that `read` tells of photos of these frames.
fn texts(arguments: &[&str], shots: Vec<Shot>) -> Vec<Vec<String>> {
    let dir = tempfile::tempdir().expect("a folder");
    let (output, objects) = read(arguments, &saved(dir.path(), shots));
    assert_eq!(output.status.code(), Some(0));
    told(&objects)
}

#[test]
#[ignore = "needs fonts: tests/run reader"]
fn a_card_is_told_by_the_photos_that_show_it_and_by_no_other() {
    let mut shots = document_burst(DocumentKind::PrcNumber, Level::Easy, 1_000, 3).unwrap();
    let number = shots[0].lines[0].text.clone();
    let table = Shot { data: vec![120; 1280 * 720], lines: Vec::new(), ..shots[0].clone() };
    shots.insert(2, table);
    let told = vec![number];
    assert_eq!(texts(&["--json"], shots.clone()), [told.clone(), told.clone(), vec![], told.clone()]);
    let burst = texts(&["--json", "--burst"], shots);
    assert!(burst[2].is_empty(), "the table shows no card");
    assert!(burst[1] == told && burst[3] == told, "{burst:?}");
}

#[test]
#[ignore = "needs fonts: tests/run reader"]
fn a_zone_on_one_photo_of_a_burst_is_told_at_its_end() {
    let zone = document_burst(DocumentKind::Td3, Level::Easy, 1_000, 1).unwrap();
    let text: Vec<&str> = zone[0].lines.iter().map(|line| line.text.as_str()).collect();
    let told = vec![text.join("\n")];
    let table = Shot { data: vec![120; 1280 * 720], lines: Vec::new(), ..zone[0].clone() };
    let burst = texts(&["--json", "--burst"], vec![zone[0].clone(), table]);
    assert_eq!(burst, [vec![], told], "nobody waits for a third photo");
}

#[test]
#[ignore = "needs fonts: tests/run reader"]
fn a_zone_is_told_though_the_last_photo_cannot_be_read() {
    let dir = tempfile::tempdir().unwrap();
    let zone = document_burst(DocumentKind::Td3, Level::Easy, 1_000, 1).unwrap();
    let mut photos = saved(dir.path(), zone);
    photos.push(dir.path().join("nowhere.png"));
    let (output, objects) = read(&["--json", "--burst"], &photos);
    assert_eq!(output.status.code(), Some(3));
    assert_eq!(told(&objects).concat().len(), 1, "it is the last one that shows anything");
}
